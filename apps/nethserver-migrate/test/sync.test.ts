// A source that is fetched from a running old server: a real sshd and rsync on loopback, its services
// and events recorded programs.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { manifest, temporaryFolder } from '@nethserver-migrate/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import {
  command,
  COMMAND,
  expectImported,
  expectSuccess,
  node,
  SAMPLE_BACKUP,
  type Run,
} from './helpers/command.js'
import { isAboutAbsent } from '../src/sync/absent-paths.js'
import { noSshServer, SshServer } from './helpers/ssh-server.js'

const PATIENCE = 60_000
const impossible = noSshServer()
let server: SshServer
/** The old server's /. */
let old: string
let runs = 0

beforeAll(async () => {
  if (impossible) return
  const folder = mkdtempSync(join(tmpdir(), 'sync-'))
  old = join(folder, 'old')
  mkdirSync(old)
  // Its /etc is that of this machine, so that sshd works, below what the backup has of its own.
  execFileSync('cp', ['-a', '/etc', old])
  rmSync(join(old, 'etc/init.d'), { recursive: true, force: true })
  execFileSync('tar', ['-xzpf', SAMPLE_BACKUP, '--numeric-owner', '-C', old])
  appendFileSync(join(old, 'etc/passwd'), 'sshd:x:74:74::/run/sshd:/sbin/nologin\n')
  mkdirSync(join(old, 'programs'))
  server = await SshServer.start(folder, {
    folders: { '/etc': join(old, 'etc'), '/root': join(old, 'root') },
    programs: join(old, 'programs'),
  })
  execFileSync('cp', ['-a', `${old}/home/e-smith/.`, server.home])
  rmSync(join(old, 'home'), { recursive: true })
}, PATIENCE)

afterAll(() => {
  if (impossible) return
  server.stop()
  rmSync(server.folder, { recursive: true, force: true })
})

beforeEach((context) => {
  if (impossible) context.skip(impossible)
})

async function sync(to: string, ...flags: string[]): Promise<Run> {
  const from = ['--from', 'root@127.0.0.1', '--port', String(server.port)]
  return node(
    [COMMAND, 'sync', ...from, '--to', to, ...flags],
    server.environment(`run-${(runs += 1)}`),
  )
}

/** Services of the old server: those that run say how they stop, one exits with what it is given. */
function services(names: readonly string[], exit: Readonly<Record<string, string>> = {}) {
  const log = join(old, 'programs/log')
  rmSync(log, { force: true })
  mkdirSync(join(old, 'etc/init.d'), { recursive: true })
  for (const name of names) writeFileSync(join(old, 'etc/init.d', name), '')
  const cases = (program: string) =>
    Object.entries(exit)
      .filter(([key]) => key.startsWith(program))
      .map(([key, status]) => `[ "$*" = "${key.slice(program.length + 1)}" ] && exit ${status}\n`)
      .join('')
  for (const program of ['service', 'signal-event']) {
    const path = join(old, 'programs', program)
    writeFileSync(
      path,
      `#!/bin/sh\necho "${program} $*" >>'${log}'\necho "$* says something" >&2\n${cases(program)}exit 0\n`,
    )
    chmodSync(path, 0o755)
  }
  onTestFinished(() => rmSync(join(old, 'etc/init.d'), { recursive: true, force: true }))
  return () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : [])
}

const FETCHED =
  /^(home\/e-smith|root|etc\/(passwd|shadow|group|gshadow|sudoers|e-smith\/templates-(user-)?custom|samba\/(secrets\.tdb|smbpasswd)|ssh|cups|dovecot))($|\/)/

/** What lies below a source or the old server's /, but for what does not come. */
function sourceIn(folder: string): string[] {
  return manifest(folder).filter((line) => FETCHED.test(line.split(' ')[3] ?? ''))
}

function oldServer(): string[] {
  const home = manifest(server.home).map((line) =>
    line.replace(/^(\S+ \S+ \S+ )/, '$1home/e-smith/'),
  )
  return [...sourceIn(old), ...home].sort()
}

/** A source without the folders that only lead to it. */
function fetchedIn(folder: string): string[] {
  const leading = /^d \S+ \S+ (home|home\/e-smith|etc|etc\/e-smith|etc\/samba)$/
  return manifest(folder)
    .filter((line) => !leading.test(line))
    .sort()
}

/** The command as a person reads it, whatever the port. */
function said(text: string): string[] {
  return text
    .replaceAll(` -p ${server.port}`, '')
    .replaceAll(server.folder, 'TEST')
    .split('\n')
    .filter((line) => line !== '')
}

describe('sync', () => {
  it('fetches what a full backup has, with owners, modes and links, into a private folder', async () => {
    const to = join(temporaryFolder(), 'migration')
    const run = await sync(to)
    expectSuccess(run)
    expect(fetchedIn(to)).toEqual(oldServer())
    expect((statSync(to).mode & 0o777).toString(8)).toBe('700')
    expect(said(run.stdout.replaceAll(to, 'DIR').replace(/\d+ files \(.*?\)/, 'N files'))).toEqual([
      'looking what has changed on root@127.0.0.1 …',
      'root@127.0.0.1 → DIR: N files came',
      '  Run it again as often as you like, and the last time with --final. Meanwhile look at: nethserver-migrate check DIR',
    ])
  })

  it('fetches only what has changed since, and takes away what is gone there', async () => {
    const to = join(temporaryFolder(), 'migration')
    writeFileSync(join(server.home, 'files/leaving'), 'old')
    expectSuccess(await sync(to))
    rmSync(join(server.home, 'files/leaving'))
    writeFileSync(join(server.home, 'files/coming'), 'new')
    onTestFinished(() => rmSync(join(server.home, 'files/coming')))
    const { stdout } = await sync(to, '--json')
    expect(fetchedIn(to)).toEqual(oldServer())
    expect(JSON.parse(stdout)).toEqual({
      ...{ status: 'done', from: 'root@127.0.0.1', folder: to, files: 1, bytes: 3 },
      ...{ stopped: [], restart: null, findings: [] },
    })
  })

  it('says with --dry-run how much would come, and makes nothing', async () => {
    const to = join(temporaryFolder(), 'migration')
    const { exitCode, stdout } = await sync(to, '--dry-run')
    expect({ exitCode, last: said(stdout).pop() }).toEqual({
      exitCode: 0,
      last: expect.stringMatching(
        /^root@127.0.0.1 → \S+: \d+ files \(\d.* MB\) would come$/,
      ) as string,
    })
    expect(existsSync(to)).toBe(false)
  })

  it('gives an import what the backup itself would give it', async () => {
    const folder = temporaryFolder()
    const to = join(folder, 'migration')
    const root = join(folder, 'root')
    expectSuccess(await command('stage', root))
    expectSuccess(await sync(to, '--root', root))
    expectImported(await command('import', to, '--root', root))
    const refused = await sync(to, '--root', root)
    expect({ exitCode: refused.exitCode, said: said(refused.stderr) }).toEqual({
      exitCode: 3,
      said: [
        expect.stringMatching(
          /^\[ERROR\] SYNC_IMPORTED_ALREADY: acme\.example\.com was imported already, on \S+: all that its import has moved away would be fetched again\. bring new mail with nethserver-migrate sync-mail --from root@127\.0\.0\.1 --port \d+; if all shall come again, add --again$/,
        ) as string,
      ],
    })
    expectSuccess(await sync(to, '--root', root, '--again'))
    expect(fetchedIn(to)).toEqual(oldServer())
  })

  it('refuses to fill a disk', async (context) => {
    const to = temporaryFolder()
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', to]).status !== 0)
      context.skip('mount(8) may not make a small filesystem here')
    onTestFinished(() => void spawnSync('umount', [to]))
    const { exitCode, stderr } = await sync(to)
    expect({ exitCode, said: said(stderr.replaceAll(to, 'DIR')) }).toEqual({
      exitCode: 3,
      said: [
        expect.stringMatching(
          /^\[ERROR\] SYNC_NO_SPACE: \S+ MB are to come, DIR has room for \S+ [kM]B\. make room, or name a folder on another disk with --to DIR$/,
        ) as string,
      ],
    })
    expect(readdirSync(to)).toEqual([])
  })
})

describe('what an old server does not have', () => {
  const failed = (path: string, why: string, sender = '') =>
    `rsync: ${sender}link_stat "${path}" failed: ${why}`

  it.each(['', '[sender] '])('is no error, as rsync says it with "%s"', (sender) => {
    const paths = ['/etc/cups', '/etc/cups/.', '/etc/e-smith/templates-custom/', '/etc/sudoers']
    const why = 'No such file or directory (2)'
    expect(paths.map((path) => isAboutAbsent(failed(path, why, sender)))).toEqual(
      paths.map(() => true),
    )
  })

  it.each([
    failed('/home/e-smith', 'Permission denied (13)'),
    failed('/home/e-smith/files/x', 'No such file or directory (2)'),
    failed('/etc/cups-of-tea', 'No such file or directory (2)'),
    'rsync: read errors mapping "/etc/cups": Input/output error (5)',
  ])('is not %s', (complaint) => {
    expect(isAboutAbsent(complaint)).toBe(false)
  })
})

describe('sync --final', () => {
  it('stops the services that are there, has the backup prepared, fetches, and says how to go on', async () => {
    const to = join(temporaryFolder(), 'migration')
    const calls = services(['qmail', 'smb', 'dovecot', 'crond'])
    const run = await sync(to, '--final', '--yes')
    expectSuccess(run)
    expect(calls()).toEqual([
      'service qmail stop',
      'service smb stop',
      'service dovecot stop',
      'signal-event pre-backup',
    ])
    expect(fetchedIn(to)).toEqual(oldServer())
    expect(said(run.stdout.replaceAll(to, 'DIR').replace(/\d+ files \(.*?\)/, 'N files'))).toEqual([
      'stopping the services of root@127.0.0.1 …',
      'stopped there: qmail, smb, dovecot',
      'running its event pre-backup …',
      'looking what has changed on root@127.0.0.1 …',
      'root@127.0.0.1 → DIR: N files came',
      "  Its services are stopped. Start them again with: ssh root@127.0.0.1 'for s in dovecot smb qmail; do service $s start; done'",
      '  The backup is whole. Go on with: nethserver-migrate import DIR',
    ])
  })

  it('takes a service that did not run for one that is stopped', async () => {
    const to = join(temporaryFolder(), 'migration')
    const calls = services(['hfaxd'], { 'service hfaxd stop': '1', 'service hfaxd status': '3' })
    expectSuccess(await sync(to, '--final', '--yes'))
    expect(calls()).toEqual([
      'service hfaxd stop',
      'service hfaxd status',
      'signal-event pre-backup',
    ])
  })

  it('ends at a service that does not stop, fetches nothing, and says how to start the others', async () => {
    const to = join(temporaryFolder(), 'migration')
    const calls = services(['qmail', 'smb', 'dovecot'], { 'service smb stop': '1' })
    const { exitCode, stdout, stderr } = await sync(to, '--final', '--yes')
    expect(calls()).toEqual(['service qmail stop', 'service smb stop', 'service smb status'])
    expect(manifest(to)).toEqual([])
    expect({ exitCode, said: [...said(stdout), ...said(stderr)] }).toEqual({
      exitCode: 1,
      said: [
        'stopping the services of root@127.0.0.1 …',
        "[WARNING] services of root@127.0.0.1 are stopped: qmail. Run the same command again, or start them with: ssh root@127.0.0.1 'for s in qmail; do service $s start; done'",
        '[ERROR] OLD_SERVER_FAILED: root@127.0.0.1: a service does not stop: smb status says something. mend the cause there (ssh root@127.0.0.1), then run the same command again',
      ],
    })
  })

  it('ends where the old server cannot prepare the backup', async () => {
    const to = join(temporaryFolder(), 'migration')
    services(['qmail'], { 'signal-event pre-backup': '1' })
    const { exitCode, stderr } = await sync(to, '--final', '--yes')
    expect(manifest(to)).toEqual([])
    expect({ exitCode, said: said(stderr) }).toEqual({
      exitCode: 1,
      said: [
        '[ERROR] OLD_SERVER_FAILED: root@127.0.0.1: its pre-backup event failed: pre-backup says something. mend the cause there (ssh root@127.0.0.1), then run the same command again',
      ],
    })
  })

  it('says with --json why it did not come to its end', async () => {
    const to = join(temporaryFolder(), 'migration')
    services(['qmail'], { 'signal-event pre-backup': '1' })
    const { exitCode, stdout } = await sync(to, '--final', '--yes', '--json')
    const { findings, ...rest } = JSON.parse(stdout) as { findings: { code: string }[] }
    expect({ exitCode, ...rest, codes: findings.map(({ code }) => code) }).toEqual({
      ...{ exitCode: 1, status: 'failed', from: 'root@127.0.0.1', folder: to },
      codes: ['sync-services-stopped', 'OLD_SERVER_FAILED'],
    })
  })

  it('stops nothing where nobody can be asked', async () => {
    const calls = services(['qmail'])
    const { exitCode, stderr } = await sync(join(temporaryFolder(), 'migration'), '--final')
    expect({ exitCode, calls: calls(), said: said(stderr) }).toEqual({
      exitCode: 3,
      calls: [],
      said: [
        '[ERROR] SYNC_NOT_CONFIRMED: nobody has agreed that the services of the old server are stopped. answer y, or add --yes where nobody can answer',
      ],
    })
  })

  it.each([
    ['n', 3],
    ['y', 0],
  ])('asks at a terminal, and with %s ends with %i', async (answer, exitCode) => {
    const to = join(temporaryFolder(), 'migration')
    const calls = services(['qmail'])
    const { PATH } = server.environment(`run-${(runs += 1)}`)
    const argv = [
      ...[process.execPath, COMMAND, 'sync', '--from', 'root@127.0.0.1'],
      ...['--port', String(server.port), '--to', to, '--final'],
    ]
    // The only terminal here is that of script(1).
    const { status, stdout } = spawnSync('script', ['-qec', argv.join(' '), '/dev/null'], {
      input: `${answer}\n`,
      encoding: 'utf8',
      env: { ...process.env, PATH },
    })
    expect({ status, calls: calls().length, asked: stdout.includes('Go on? [y/N]') }).toEqual({
      status: exitCode,
      calls: answer === 'y' ? 2 : 0,
      asked: true,
    })
  })
})
