import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fillMailboxes, makeSource, people, stage } from './office.js'
import { besideRow, type Bench, type Row } from './row.js'
import { inTurns, migrate, timed } from './run.js'

const ACTION = 'nethserver-mail-server-migrate-mailboxes'
const MESSAGES = 200

/** How fast mailboxes move, beside what an administrator would type. */
export function mailboxRows({ here, there, isSmall }: Bench): Row[] {
  const names = people(isSmall ? 50 : 500)
  const source = join(here, 'source')
  const users = join(source, 'home/e-smith/files/users')
  const master = join(here, 'master')
  makeSource(source, names)
  fillMailboxes(source, names, MESSAGES)
  execFileSync('cp', ['-a', users, master])
  const rounds = isSmall ? 1 : 3
  const fresh = (root: string, program: (plain: string) => number): number => {
    rmSync(users, { recursive: true })
    execFileSync('cp', ['-a', master, users])
    const plain = join(root, 'plain')
    mkdirSync(plain)
    const seconds = program(plain)
    rmSync(plain, { recursive: true })
    return seconds
  }
  const ours = (root: string) => () =>
    fresh(root, (plain) => {
      stage(plain, names)
      return migrate('run-action', ACTION, 'migration-import', source, '--root', plain)
    })
  const homes = names.map((name) => join(users, name))
  const move = (plain: string) => timed('mv', '-t', plain, ...homes)
  const within = inTurns(rounds, {
    ours: ours(here),
    mv: () => fresh(here, move),
    whole: () =>
      fresh(
        here,
        (plain) =>
          move(plain) +
          timed('chown', '-R', '498:498', plain) +
          timed('chmod', '-R', 'g-rwxXst,o=', plain) +
          timed('setfacl', '-P', '-R', '-b', plain),
      ),
  })
  const across = inTurns(rounds, {
    ours: ours(there),
    cp: () => fresh(there, (plain) => timed('cp', '-a', users, plain)),
    rsync: () => fresh(there, (plain) => timed('rsync', '-aHAX', `${users}/`, plain)),
  })
  for (const path of [source, master]) rmSync(path, { recursive: true })
  const what = `${names.length * MESSAGES} messages in ${names.length} mailboxes`
  return [
    besideRow(`${what}, within a filesystem`, within.ours, { what: 'mv', value: within.mv }),
    besideRow(
      `${what}, within a filesystem`,
      within.ours,
      { what: 'mv, chown, chmod, setfacl', value: within.whole },
      1,
    ),
    besideRow(`${what}, across filesystems`, across.ours, { what: 'cp -a', value: across.cp }, 0.8),
    besideRow(
      `${what}, across filesystems`,
      across.ours,
      { what: 'rsync -aHAX', value: across.rsync },
      1,
    ),
  ]
}
