// The import as the host's own event does it: each linked action of the bundles that ship is a
// process of its own, and all of them share one journal and one report. docs/createlinks.md
import type { Report } from '@nethserver-migrate/core/runner'
import { liveHost, temporaryFolder } from '@nethserver-migrate/testkit'
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, it, vi, type TestContext } from 'vitest'
import { COMMAND } from './helpers/command.js'
import { backupOf, LAUNCHER, migrationEvent } from './helpers/migration-event.js'

const PLUGINS = ['ejabberd', 'hosts', 'mail-smarthost', 'openssh'].map(
  (name) => `nethserver-${name}-migrate`,
)
/** Each action is a process, and a test has a dozen of them. */
vi.setConfig({ testTimeout: 120_000 })

const EVENTS = [
  'nethserver-mail-smarthost-save',
  'nethserver-ejabberd-update',
  'nethserver-hosts-update',
]

async function newServer(context: TestContext, signalEvent = '') {
  const host = liveHost(context, {
    files: {
      'var/lib/nethserver/db/configuration': [
        'SystemName=new',
        'dnsmasq=service|status|enabled',
        'ejabberd=service|WebAdmin|disabled|status|enabled',
        'postfix=service|status|enabled',
        'rspamd=service|status|enabled',
        'sshd=service|PasswordAuthentication|yes|TCPPort|22|status|enabled',
        'sssd=service|Provider|ldap',
        '',
      ].join('\n'),
      'var/lib/nethserver/db/hosts': '',
    },
    programs: { 'signal-event': signalEvent },
    events: EVENTS,
  })
  const source = backupOf(temporaryFolder(), {
    configuration: [
      'DomainName=example.com',
      'SMTPSmartHost=mail.example.com',
      'SystemName=old',
      'ejabberd=service|WebAdmin|enabled|status|enabled',
      'sshd=service|PasswordAuthentication|no|status|enabled',
      '',
    ].join('\n'),
    hosts: 'printer.example.com=host|HostType|Local|InternalIP|192.168.1.9\n',
  })
  const { links, signal } = await migrationEvent(host, PLUGINS)
  return {
    host,
    links,
    signal: (chosen?: readonly string[]) => signal(source, chosen),
    source,
    signalled: () =>
      host
        .calls()
        .filter((call) => call.startsWith('signal-event '))
        .map((call) => call.replace('signal-event ', '').trim()),
    report: () =>
      withoutTimes(JSON.parse(host.file('var/lib/nethserver/migration/report.json')) as Report),
    path: (link: string) => `/etc/e-smith/events/migration-import/${link}`,
  }
}

function withoutTimes(report: Report): Report {
  return { ...report, actions: report.actions.map((action) => ({ ...action, seconds: 0 })) }
}

/** The command of a host on which only these plugins are installed. */
function commandWith(plugins: readonly string[]): string[] {
  const dist = join(temporaryFolder(), 'dist')
  cpSync(dirname(COMMAND), dist, { recursive: true })
  for (const bundle of readdirSync(join(dist, 'plugins')))
    if (!plugins.includes(bundle.replace(/\.mjs$/, ''))) rmSync(join(dist, 'plugins', bundle))
  return [...LAUNCHER.slice(0, -1), join(dist, basename(COMMAND))]
}

const said = (log: readonly string[]) => log.filter((line) => /^(Event|Action): /.test(line))

/** `outcome what of whom` of each change. */
function changes(report: Report): string[] {
  return report.changes.map(({ outcome, action, change }) => {
    const what = change.kind === 'event' ? change.event : 'key' in change ? change.key : ''
    return `${outcome} ${change.kind} ${what} of ${action}`
  })
}

const CHANGES = [
  'done record postfix of nethserver-mail-smarthost-migrate',
  'done event nethserver-mail-smarthost-save of nethserver-mail-smarthost-migrate',
  'done record ejabberd of nethserver-ejabberd-migrate',
  'done event nethserver-ejabberd-update of nethserver-ejabberd-migrate',
  'done record printer.example.com of nethserver-hosts-migrate',
  'done event nethserver-hosts-update of nethserver-hosts-migrate',
]
const [SMARTHOST = '', OPENSSH = '', EJABBERD = '', HOSTS = ''] = [
  'S30nethserver-mail-smarthost-migrate',
  'S40nethserver-openssh-migrate',
  'S50nethserver-ejabberd-migrate',
  'S50nethserver-hosts-migrate',
]

it('does each linked action once, in the order of the links, and reports all of them together', async (context) => {
  const t = await newServer(context)
  expect(t.links).toEqual([SMARTHOST, OPENSSH, EJABBERD, HOSTS])

  const first = t.signal()
  expect(said(first.log)).toEqual([
    `Event: migration-import ${t.source}`,
    ...t.links.map((link) => `Action: ${t.path(link)} SUCCESS`),
    'Event: migration-import SUCCESS',
  ])
  expect(t.signalled()).toEqual(EVENTS)
  expect(t.report()).toMatchObject({
    status: 'done',
    actions: t.links.map((link) => ({ action: link.slice(3), level: Number(link.slice(1, 3)) })),
    counts: { done: 6, unchanged: 2, failed: 0 },
    findings: [{ code: 'ssh-access-kept' }, { subject: 'etc/ssh' }],
  })
  expect(changes(t.report())).toEqual(CHANGES)
  expect(t.report().events.map(({ name }) => name)).toEqual(EVENTS)

  expect(t.signal().exitCode).toBe(0)
  expect(t.signalled()).toEqual(EVENTS)
  expect(t.report()).toMatchObject({ status: 'unchanged', counts: { done: 0 }, changes: [] })
})

it('accounts for all of the source, though each process has a part of it', async (context) => {
  const t = await newServer(context)
  const { stdout } = t.host.run([...LAUNCHER, 'plan', t.source, '--json'])
  const planned = (JSON.parse(stdout) as Report).accounting
  expect(planned?.totals.records).toEqual({
    migrated: 3,
    'left-out': 3,
    'not-installed': 0,
    unknown: 0,
  })

  t.signal()
  expect(t.report().accounting).toEqual(planned)
})

it('can be verified and undone on the host that it ran on', async (context) => {
  const t = await newServer(context)
  const hosts = join(t.host.folder, 'var/lib/nethserver/db/hosts')
  /** Records but those that the host's own tools compute anew at each change. */
  const databases = () =>
    ['configuration', 'hosts'].map((name) =>
      t.host
        .file(`var/lib/nethserver/db/${name}`)
        .replace(/^(#|DomainName=|SystemName=|TimeZone=).*\n/gm, ''),
    )
  const command = commandWith(PLUGINS)
  const migrate = (...args: string[]) => {
    const { status, stdout } = t.host.run([...command, ...args, '--json'])
    const { findings } = JSON.parse(stdout) as Report
    return {
      status,
      findings: findings.map(({ severity, code, subject }) => `${severity} ${code} ${subject}`),
    }
  }
  const before = databases()
  t.signal()
  const after = databases()
  expect(after).not.toEqual(before)
  expect(migrate('verify', t.source, '--no-services')).toEqual({ status: 0, findings: [] })

  writeFileSync(hosts, after[1]?.replace('192.168.1.9', '192.168.1.10') ?? '')
  expect(migrate('verify', t.source, '--no-services')).toEqual({
    status: 1,
    findings: ['error verify-record hosts/printer.example.com'],
  })
  writeFileSync(hosts, after[1] ?? '')

  // What an event has done nobody can undo.
  expect(migrate('rollback')).toEqual({
    status: 1,
    findings: [
      'notice rollback old.example.com',
      ...[...EVENTS].reverse().map((event) => `follow-up not-undone ${event}`),
    ],
  })
  expect(databases()).toEqual(before)
  expect(migrate('verify', t.source, '--no-services').status).toBe(3)
})

it('reports the same, whichever action comes first, and nothing twice of one that comes again', async (context) => {
  const t = await newServer(context)
  t.signal()
  const inOrder = t.report()

  const other = await newServer(context)
  other.signal([...other.links].reverse())
  const reversed = other.report()
  const anyRun = { source: '', run: undefined }
  expect({ ...reversed, ...anyRun }).toEqual({ ...inOrder, ...anyRun })

  other.signal([EJABBERD])
  const again = other.report()
  expect(again.actions.map(({ action, outcome }) => `${outcome} ${action}`)).toEqual([
    'done nethserver-mail-smarthost-migrate',
    'unchanged nethserver-openssh-migrate',
    'unchanged nethserver-ejabberd-migrate',
    'done nethserver-hosts-migrate',
  ])
  expect(changes(again)).toEqual(CHANGES.filter((line) => !line.includes('ejabberd')))
  expect(again.events.map(({ name }) => name)).toEqual(
    EVENTS.filter((name) => !name.includes('ejabberd')),
  )
  expect(again.counts).toEqual({ done: 4, unchanged: 4, skipped: 0, failed: 0, pending: 0 })
})

it('refuses an action while another one is at work; the event, signalled again, does the rest', async (context) => {
  const t = await newServer(
    context,
    'touch /var/lib/begun; until [ -e /var/lib/go-on ]; do sleep 0.05; done',
  )
  const { stdout, status } = t.host.run([
    ...['sh', '-c'],
    `"$1" migration-import "$3" & until [ -e /var/lib/begun ]; do sleep 0.05; done
     "$2" migration-import "$3" 2>&1; echo "ended with $?"; touch /var/lib/go-on; wait $!`,
    ...['sh', t.path(SMARTHOST), t.path(EJABBERD), t.source],
  ])
  expect(status).toBe(0)
  expect(stdout).toMatch(
    /^\[ERROR\] ANOTHER_RUN: another migration is running on this destination: process \d+, .*\nended with 4$/m,
  )
  expect(changes(t.report())).toEqual(CHANGES.slice(0, 2))

  expect(t.signal().exitCode).toBe(0)
  expect(t.signalled()).toEqual(EVENTS)
})

it('goes on with the next action when one is killed; signalled again, it is gone on with', async (context) => {
  const t = await newServer(
    context,
    'if [ ! -e /var/lib/killed ]; then touch /var/lib/killed; kill -9 $PPID; fi',
  )
  const first = t.signal()
  expect(said(first.log)).toEqual([
    `Event: migration-import ${t.source}`,
    `Action: ${t.path(SMARTHOST)} FAILED: SIGKILL`,
    ...t.links.slice(1).map((link) => `Action: ${t.path(link)} SUCCESS`),
    'Event: migration-import FAILED',
  ])
  expect(changes(t.report())).toEqual(CHANGES.slice(2))

  expect(t.signal().exitCode).toBe(0)
  // Nobody knows how the one ended that the kill has cut short.
  expect(t.signalled()).toEqual([...EVENTS, EVENTS[0]])
  expect(changes(t.report())).toEqual([
    'done event nethserver-mail-smarthost-save of nethserver-mail-smarthost-migrate',
  ])
})
