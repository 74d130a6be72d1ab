// A host is prepared offline from the sample backup; on its first boot the queue is replayed.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { describe, expect, it, type TestContext } from 'vitest'
import {
  filesHolding,
  firstBoot,
  manifest,
  recording,
  temporaryFolder,
  type FirstBoot,
} from '@nethserver-migrate/testkit'
import type { Report } from '@nethserver-migrate/core/runner'
import {
  command,
  COMMAND,
  expectImported,
  expectSuccess,
  SAMPLE_BACKUP,
} from './helpers/command.js'

const SCHEMA = fileURLToPath(new URL('../../../docs/report.schema.json', import.meta.url))
const STATE = 'var/lib/nethserver/migration'
const QUIET = '#!/bin/sh\nexit 0\n'

interface Prepared extends FirstBoot {
  readonly root: string
  replay(...args: readonly string[]): { exitCode: number | null; stdout: string; stderr: string }
  /** What each line of the queue calls. */
  readonly queued: readonly string[]
}

/** A destination with the sample backup, on the machine that it is for. */
async function prepared(context: TestContext, like: 6 | 7, only?: string): Promise<Prepared> {
  const root = join(temporaryFolder(), 'root')
  expectSuccess(await command('stage', root, '--like', String(like)))
  const options = ['--root', root, ...(only === undefined ? [] : ['--only', only])]
  const imported = await command('import', SAMPLE_BACKUP, '--transfer', 'copy', ...options)
  if (only === undefined) expectImported(imported)
  else expectSuccess(imported)
  const queue = readFileSync(join(root, STATE, 'events.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
  const queued = queue.map((line) => {
    const task = JSON.parse(line) as { event: string; args: string[] } | { command: string[] }
    return ('event' in task ? ['signal-event', task.event, ...task.args] : task.command).join(' ')
  })
  const boot = firstBoot(context, root, {
    ...Object.fromEntries(
      ['expand-template', 'ldapmodify', 'mysql', 'timedatectl'].map((name) => [name, recording()]),
    ),
    // Loads under the lock of the replay; there is no database server.
    'nethserver-migrate': recording(
      `flock --nonblock "$NETHSERVER_MIGRATE_LOCK" || exit 1; note=$(ls "$2" | wc -l)`,
    ),
    systemctl: QUIET,
    service: QUIET,
  })
  return {
    ...boot,
    root,
    queued,
    replay(...args) {
      const { status, stdout, stderr } = boot.run([process.execPath, COMMAND, 'replay', ...args])
      return { exitCode: status, stdout, stderr: withoutNodeWarnings(stderr) }
    },
  }
}

/** The certificates that Node is told of may lie in the `/etc` of this machine. */
function withoutNodeWarnings(text: string): string {
  return text.replace(/^Warning: Ignoring extra certs.*\n/gm, '')
}

const peoplesFiles = (root: string) =>
  ['home', 'vmail', 'ibay'].flatMap((name) => manifest(join(root, 'var/lib/nethserver', name)))

/** What the queue hands on to programs: passwords and hashes. */
function secretsIn(folder: string): string[] {
  return readdirSync(folder)
    .flatMap((name) => readFileSync(join(folder, name), 'latin1').split('\n'))
    .filter((line) => line.length > 12 && !/^(dn|changetype|replace|add|-)/.test(line))
}

/** Replays all of it, and looks at what everybody can see. */
function replayAll(host: Prepared): Report {
  const folder = join(host.root, STATE, 'secrets')
  const secrets = secretsIn(folder)
  expect(secrets.length).toBeGreaterThan(10)
  const { exitCode, stdout, stderr } = host.replay('--json')
  expect({ exitCode, called: host.called() }).toEqual({ exitCode: 0, called: host.queued })
  const validate = new Ajv().compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object)
  validate(JSON.parse(stdout))
  expect(validate.errors).toBeNull()
  expect(existsSync(folder)).toBe(false)
  const leaks = secrets.flatMap((secret) => [
    ...(stdout.includes(secret) || stderr.includes(secret) ? ['the screen'] : []),
    ...filesHolding(join(host.root, STATE), secret).filter(
      (path) => !path.startsWith('source-') && !path.startsWith('undo/'),
    ),
  ])
  expect(leaks).toEqual([])
  return JSON.parse(stdout) as Report
}

describe('the first boot of a host prepared offline', { timeout: 120_000 }, () => {
  it('like NethServer 6 runs the queue in order and touches no file: records have the ids', async (context) => {
    const host = await prepared(context, 6)
    const records = readFileSync(join(host.root, 'var/lib/nethserver/db/accounts'), 'latin1')
    for (const [, name = '', id = ''] of records.matchAll(
      /^([a-z0-9.]+)=(?:user|group)\|.*?\b(?:Uid|Gid)\|(\d+)/gm,
    ))
      host.provide(`id-${name}`, id)
    const before = peoplesFiles(host.root)
    const { findings, counts } = replayAll(host)
    expect(findings).toEqual([])
    expect(counts).toMatchObject({ done: host.queued.length, failed: 0 })
    expect(peoplesFiles(host.root)).toEqual(before)
  })

  it('like NethServer 7 runs it, gives files the ids of its provider, and is listed among the runs', async (context) => {
    const host = await prepared(context, 7)
    const plan = host.replay('--plan')
    expect(plan.stdout).toContain(`would perform ${host.queued.length} operations`)
    expect(host.called()).toEqual([])

    const { findings } = replayAll(host)
    expect(findings.map(({ code }) => code)).toEqual(['owners-given'])
    const homes = manifest(join(host.root, 'var/lib/nethserver/home'))
    const owners = new Set(homes.map((line) => line.split(' ')[2] ?? ''))
    expect([...owners].filter((ids) => !/^300\d\d:300\d\d$/.test(ids))).toEqual([])

    const again = host.replay()
    expect(again).toMatchObject({ exitCode: 0, stderr: '' })
    expect(again.stdout).toContain('there is nothing to replay')
    expect(host.called()).toEqual(host.queued)
    const runs = host.run([process.execPath, COMMAND, 'runs', '--json'])
    expect(JSON.parse(runs.stdout)).toMatchObject([
      { event: 'migration-replay', source: `/${STATE}/events.jsonl`, status: 'unchanged' },
      { event: 'migration-replay', source: `/${STATE}/events.jsonl`, status: 'done' },
      { event: 'migration-import', status: 'failed' },
    ])
    const [, { id = '' } = {}] = JSON.parse(runs.stdout) as { id?: string }[]
    const kept = host.run([process.execPath, COMMAND, 'report', id])
    expect(kept.stdout).toContain('16 users, 7 groups, 15 passwords')
  })

  it('ends with 1 where a line has failed; a rollback on it lists what has run', async (context) => {
    const host = await prepared(context, 7, 'nethserver-ibays-migrate')
    host.provide('broken-signal-event-ibay-create-wiki')
    const { exitCode, stdout } = host.replay()
    expect({ exitCode, errors: /^Errors \(1\)\n(.*)$/m.exec(stdout)?.[1] }).toEqual({
      exitCode: 1,
      errors: '  1. signal-event ibay-create wiki: exit status 1',
    })
    const rollback = host.run([process.execPath, COMMAND, 'rollback', '--json'])
    const { findings } = JSON.parse(rollback.stdout) as Report
    const listed = findings.filter(({ code }) => code === 'not-undone')
    expect(listed.map(({ action, subject }) => `${action} ${subject}`).sort()).toEqual(
      host.queued.map((line) => line.replace('signal-event', 'replay')).sort(),
    )
    expect(host.replay().stdout).toContain('nothing is queued here: there is nothing to replay')
  })
})

it('refuses everybody but root, with the reason', (context) => {
  if (process.getuid?.() !== 0) context.skip('only root can become somebody else')
  const folder = temporaryFolder()
  chmodSync(folder, 0o755)
  cpSync(dirname(COMMAND), join(folder, 'dist'), { recursive: true })
  const { status, stderr } = spawnSync(
    'setpriv',
    [
      ...['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath],
      ...[join(folder, 'dist/nethserver-migrate.mjs'), 'replay'],
    ],
    { encoding: 'utf8' },
  )
  expect({ status, stderr }).toEqual({
    status: 3,
    stderr: '[ERROR] NOT_ROOT: a live NethServer can only be changed by root. log in as root\n',
  })
})
