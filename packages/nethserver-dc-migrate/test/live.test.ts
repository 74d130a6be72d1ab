import {
  liveNethServer,
  programs,
  recording,
  type LiveNethServer,
} from '@nethserver-migrate/testkit'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, type TestContext } from 'vitest'
import { LOCAL_AD, oldServer, SMBPASSWD } from './helpers/old-server.js'

const PLUGIN = 'nethserver-dc-migrate'
const MODULE = new URL('../src/index.ts', import.meta.url)

const ARCHIVE = 'nethserver/migration/nsdc-before-oldpdc.example.com.tar.gz'
const SAMBA = 'machines/nsdc/var/lib/samba'
const EVENTS = ['nethserver-sssd-leave', 'nethserver-dc-save', 'nethserver-sssd-save']

interface Domain {
  /** Users of the new domain. */
  readonly users?: readonly string[]
  /** A shell pattern of what fails. */
  readonly fails?: string
}

/** A live NethServer 7 whose container is a folder; some of whose programs fail. */
function live(
  context: TestContext,
  {
    users = ['Administrator', 'Guest', 'krbtgt', 'admin', 'dns-NSDC-NS'],
    fails = 'nothing',
  }: Domain = {},
) {
  // In a namespace with one user, no file can be given to another.
  const { source } = oldServer({ homes: false })
  const host = liveNethServer(context, {
    databases: { configuration: LOCAL_AD },
    events: EVENTS,
    files: {
      'machines/nsdc/etc/hostname': 'nsdc-ns.ad.acme.com\n',
      'machines/nsdc/etc/samba/smb.conf': 'new',
      'machines/nsdc/srv/left.tdb': 'left',
      [`${SAMBA}/private/sam.ldb`]: 'the new domain',
      [`${SAMBA}/private/link`]: { link: '/etc/hosts' },
      [`${SAMBA}/sysvol/x/y`]: 'policy',
    },
  })
  const { calls } = fakes(users, fails)
  return {
    ...host,
    source,
    calls: () => calls().map(({ argv }) => argv.join(' ')),
    file: (path: string) => readFileSync(join(host.varLib, path), 'latin1'),
    run: (...options: string[]) => said(host, source, options),
  }
}

function said(host: LiveNethServer, source: string, options: readonly string[]) {
  const { findings, status } = host.import(PLUGIN, MODULE, source, ...options)
  return {
    status,
    said: findings
      .filter(({ severity }) => severity !== 'info')
      .map(({ severity, code, subject }) => `${severity} ${code} ${subject.split('\n')[0]}`),
    messages: findings.map(({ message }) => message),
  }
}

/** The programs of the host; samba-tool knows these users. */
function fakes(users: readonly string[], fails = 'nothing') {
  const body = `case "$\{0##*/} $*" in ${fails}) exit 1 ;; esac`
  return programs({
    'samba-tool': recording(`${body}
case "$*" in 'user list') printf '%s\\n' ${users.join(' ')} ;; 'group list') echo sales ;; esac`),
    'signal-event': recording(body),
    systemctl: recording(body),
    machinectl: '#!/bin/sh\necho Leader=4711\n',
    nsenter:
      '#!/bin/sh\ntest "$2" = 4711 || exit 1\nuntil [ "$1" = -- ]; do shift; done; shift; exec "$@"\n',
    getent: `#!/bin/sh
case $1:$2 in
  passwd:anna) echo 'anna@acme.com:*:70001:70000::/var/lib/nethserver/home/anna:/bin/sh' ;;
  passwd:bruno) echo 'bruno@acme.com:*:70002:70000::/var/lib/nethserver/home/bruno:/bin/sh' ;;
  group:sales | group:'domain users') echo "$2@acme.com:*:70000:" ;;
  *) exit 2 ;;
esac
`,
    logger: '#!/bin/sh\n',
    rpm: '#!/bin/sh\n',
  })
}

describe('a live domain controller', () => {
  it('is saved, emptied and made anew; no input of it is left behind', (context) => {
    const host = live(context)
    const { said } = host.run()
    expect(said).toEqual([
      'notice domain-upgraded AD.ACME.COM',
      `notice domain-state-saved /var/lib/${ARCHIVE}`,
    ])
    expect(host.calls()).toEqual([
      'samba-tool user list',
      'systemctl -M nsdc stop samba',
      'systemctl -M nsdc start samba',
      'signal-event nethserver-sssd-leave',
      'systemctl -M nsdc stop samba',
      'signal-event nethserver-dc-save',
      'signal-event nethserver-sssd-save',
      'systemctl -M nsdc start samba',
      'samba-tool user setpassword administrator --random-password',
      'samba-tool user list',
      'samba-tool group addmembers Domain Admins admin',
      'samba-tool user disable administrator',
      'samba-tool group list',
      'samba-tool group addmembers sales anna,bruno',
    ])
    const files = execFileSync('find', ['.', '!', '-type', 'd'], {
      cwd: join(host.varLib, SAMBA),
      encoding: 'utf8',
    })
    expect(files).toBe('')
    expect(readdirSync(join(host.varLib, 'machines/nsdc/srv'))).toEqual([])
    expect(existsSync(join(host.varLib, 'machines/nsdc/etc/samba/smb.conf'))).toBe(false)
    expect(existsSync(join(host.varLib, 'machines/nsdc/etc/passwd.migration'))).toBe(false)
  })

  it('can be had back from its archive, which root alone can read', (context) => {
    const host = live(context)
    host.run()
    const archive = join(host.varLib, ARCHIVE)
    expect(statSync(archive).mode & 0o777).toBe(0o600)
    const back = join(host.varLib, 'back')
    mkdirSync(back)
    execFileSync('tar', ['-C', back, '-xzpf', archive])
    const read = (path: string) => readFileSync(join(back, path), 'utf8')
    expect([read('etc/samba/smb.conf'), read('srv/left.tdb')]).toEqual(['new', 'left'])
    expect(read('var/lib/samba/private/sam.ldb')).toBe('the new domain')
  })

  it('is not touched while it has users of its own: they are named, and a task says how to go on', (context) => {
    const host = live(context, { users: ['Administrator', 'admin', 'carla', 'dora'] })
    const { status, said, messages } = host.run()
    expect(status).toBe('failed')
    expect(said).toEqual([
      'notice domain-upgraded AD.ACME.COM',
      'error COMMAND_FAILED users of the new domain',
      'follow-up domain-has-users configuration/nsdc',
    ])
    expect(messages.join()).toContain('(users of its own: carla dora)')
    expect(host.calls()).toEqual(['samba-tool user list'])
    expect(host.file(`${SAMBA}/private/sam.ldb`)).toBe('the new domain')
    expect(readdirSync(join(host.varLib, 'machines/nsdc/srv'))).toEqual(['left.tdb'])

    host.run('replace-domain')
    expect(host.calls()).toContain('signal-event nethserver-dc-save')
  })

  it('is not touched while its users cannot be listed', (context) => {
    const host = live(context, { fails: '"samba-tool user list"' })
    expect(host.run().said).toContain('follow-up domain-has-users configuration/nsdc')
    expect(host.calls()).toEqual(['samba-tool user list'])
  })

  it.for(['*stop*', '*sssd-leave'])('is not emptied when this fails: %s', (fails, context) => {
    const host = live(context, { fails })
    expect(host.run().status).toBe('failed')
    expect(host.file(`${SAMBA}/private/sam.ldb`)).toBe('the new domain')
    expect(host.calls()).not.toContain('signal-event nethserver-dc-save')
    expect(host.calls()).toContain('systemctl -M nsdc start samba')
  })

  it('that cannot be made anew is an error with the way back; the next import makes it, with the first archive', (context) => {
    const host = live(context, { fails: '*dc-save' })
    const { said } = host.run()
    expect(said.filter((one) => !one.includes('STEP_LEFT_OUT'))).toEqual([
      'notice domain-upgraded AD.ACME.COM',
      'error COMMAND_FAILED nethserver-dc-save',
      'follow-up domain-upgrade-failed AD.ACME.COM',
    ])
    expect(host.calls().slice(-1)).toEqual(['systemctl -M nsdc start samba'])
    expect(host.file('machines/nsdc/srv/smbpasswd')).toBe(SMBPASSWD)
    const archive = host.file(ARCHIVE)

    // What a failed upgrade has left is no state to be kept, and its users are not asked for.
    writeFileSync(join(host.varLib, SAMBA, 'private/half'), 'half')
    const { calls } = fakes(['carla'])
    expect(host.run().status).toBe('done')
    expect(host.file(ARCHIVE)).toBe(archive)
    expect(existsSync(join(host.varLib, SAMBA, 'private/half'))).toBe(false)
    expect(calls().map(({ argv }) => argv.slice(0, 2).join(' '))).not.toContain(
      'signal-event nethserver-sssd-leave',
    )
  })

  it('is never emptied again when only a group could not be made: it is named, and tried again', (context) => {
    const host = live(context, { fails: '*"addmembers sales"*' })
    const { said, messages } = host.run()
    expect(said).toEqual([
      'notice domain-upgraded AD.ACME.COM',
      `notice domain-state-saved /var/lib/${ARCHIVE}`,
      'error COMMAND_FAILED group sales',
    ])
    expect(messages.join()).toContain('group sales: sh -c exec nsenter')
    writeFileSync(join(host.varLib, SAMBA, 'private/in-use'), 'in use')
    const { calls } = fakes(['anna'])
    expect(host.run().status).toBe('done')
    expect(calls().map(({ argv }) => argv.join(' '))).toEqual([
      'samba-tool group list',
      'samba-tool group addmembers sales anna,bruno',
    ])
    expect(host.file(`${SAMBA}/private/in-use`)).toBe('in use')
  })

  it('has no administrator whose password the upgrade has set', (context) => {
    const host = live(context)
    host.run()
    const calls = host.calls()
    const at = (words: string) => calls.findIndex((one) => one.endsWith(words))
    expect(at('setpassword administrator --random-password')).toBe(at('nethserver-sssd-save') + 2)
    expect(at('user disable administrator')).toBeGreaterThan(at('Domain Admins admin'))
  })

  it('is left alone by a second import', (context) => {
    const host = live(context)
    host.run()
    const before = host.calls()
    const second = host.run()
    expect(second.said).toEqual(['notice domain-upgraded AD.ACME.COM'])
    expect(host.calls()).toEqual(before)
  })
})
