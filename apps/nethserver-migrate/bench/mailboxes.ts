/**
 * How fast mailboxes move: 2,000 of 100 messages of 2 KB each, within a filesystem beside `mv` and
 * what else a mailbox needs, and across filesystems beside `cp -a` and `rsync`. Both filesystems are
 * in memory where that may be mounted, so that disks do not blur the figures. Prints; asserts nothing.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const COMMAND = fileURLToPath(new URL('../dist/nethserver-migrate.mjs', import.meta.url))
const ACTION = 'nethserver-mail-server-migrate-mailboxes'
const MAILBOXES = 2_000
const MESSAGES = 100
const ROUNDS = 3

const folder = mkdtempSync(join(tmpdir(), 'nethserver-migrate-bench-'))
const [here, there] = [join(folder, 'here'), join(folder, 'there')]
const mounted: string[] = []
try {
  for (const path of [here, there]) {
    mkdirSync(path)
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4G', 'tmpfs', path])
    if (status === 0) mounted.push(path)
  }
  if (mounted.length < 2)
    console.log('no filesystem could be mounted: both folders are on one disk, all is "within"')
  console.log(`${MAILBOXES} mailboxes of ${MESSAGES} messages, seconds, best of ${ROUNDS}`)
  const names = Array.from(
    { length: MAILBOXES },
    (_, index) => `user${String(index).padStart(5, '0')}`,
  )
  const users = join(here, 'source/home/e-smith/files/users')
  makeSource(join(here, 'source'), names)
  execFileSync('cp', ['-a', users, join(here, 'master')])

  for (const [title, target] of [
    ['within a filesystem', here],
    ['across filesystems', there],
  ] as const) {
    const best = new Map<string, number>()
    const note = (what: string, seconds: number) =>
      best.set(what, Math.min(seconds, best.get(what) ?? Infinity))
    for (let round = 0; round < ROUNDS; round += 1) {
      const root = join(target, 'destination')
      renewSource(users)
      stage(root, names)
      note(
        'nethserver-migrate',
        timed(process.execPath, [
          COMMAND,
          'run-action',
          ACTION,
          'migration-import',
          join(here, 'source'),
          '--root',
          root,
        ]),
      )
      rmSync(root, { recursive: true })
      renewSource(users)
      const plain = join(target, 'plain')
      if (target === here) {
        mkdirSync(plain)
        note('mv', timed('mv', ['-t', plain, ...names.map((name) => join(users, name))]))
        note(
          'mv, then chown, chmod and setfacl',
          (best.get('mv') ?? 0) +
            timed('chown', ['-R', '498:498', plain]) +
            timed('chmod', ['-R', 'g-rwxXst,o=', plain]) +
            timed('setfacl', ['-P', '-R', '-b', plain]),
        )
      } else {
        note('cp -a', timed('cp', ['-a', users, plain]))
        rmSync(plain, { recursive: true })
        note('rsync -aHAX', timed('rsync', ['-aHAX', `${users}/`, plain]))
      }
      rmSync(plain, { recursive: true })
    }
    console.log(
      `${title}: ${[...best].map(([what, seconds]) => `${what} ${seconds.toFixed(2)}`).join(', ')}`,
    )
  }
} finally {
  for (const path of mounted) spawnSync('umount', [path])
  rmSync(folder, { recursive: true, force: true })
}

/** Seconds that a program takes; it must succeed. */
function timed(program: string, args: readonly string[]): number {
  const started = process.hrtime.bigint()
  const { status } = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  if (status !== 0) throw new Error(`${program} ended with ${status}`)
  return Number(process.hrtime.bigint() - started) / 1e9
}

function makeSource(source: string, names: readonly string[]): void {
  const databases = join(source, 'home/e-smith/db')
  mkdirSync(databases, { recursive: true })
  writeFileSync(join(databases, 'configuration'), 'SystemName=bench\nDomainName=example.com\n')
  writeFileSync(join(databases, 'accounts'), names.map((name) => `${name}=user\n`).join(''))
  const text = 'A line of a letter.\n'.repeat(100)
  mkdirSync(join(source, 'home/e-smith/Maildir'))
  for (const name of names) {
    const maildir = join(source, 'home/e-smith/files/users', name, 'Maildir')
    for (const part of ['cur', 'new', 'tmp']) mkdirSync(join(maildir, part), { recursive: true })
    for (let message = 0; message < MESSAGES; message += 1)
      writeFileSync(join(maildir, `cur/13${message}.M${message}P1.bench,S=2000:2,S`), text)
  }
}

function renewSource(users: string): void {
  rmSync(users, { recursive: true })
  execFileSync('cp', ['-a', join(here, 'master'), users])
}

function stage(root: string, names: readonly string[]): void {
  execFileSync(process.execPath, [COMMAND, 'stage', root])
  appendFileSync(
    join(root, 'etc/passwd'),
    names.map((name, index) => `${name}:x:${20_000 + index}:10000::/:/bin/sh\n`).join(''),
  )
}
