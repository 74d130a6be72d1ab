import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { migrate } from './run.js'

const HASH = '$6$saltsalt$' + 'x'.repeat(86)
const LETTER = 'A line of a letter.\n'.repeat(100)
const USERS_PER_GROUP = 20

/** The names of so many people. */
export function people(count: number): string[] {
  return Array.from({ length: count }, (_none, index) => `user${String(index).padStart(5, '0')}`)
}

/** A backup of an old server: everybody has a password, a group and two pseudonyms. */
export function makeSource(source: string, names: readonly string[]): void {
  const users = names.map(
    (name, index) =>
      `${name}=user|City|Rimini|FirstName|First|Gid|${5001 + index}|LastName|Last|PasswordSet|yes|Uid|${5001 + index}`,
  )
  const pseudonyms = names.flatMap((name) => [
    `first.${name}=pseudonym|Account|${name}`,
    `${name}.last=pseudonym|Account|${name}`,
  ])
  const groups = Array.from(
    { length: Math.ceil(names.length / USERS_PER_GROUP) },
    (_none, index) => {
      const members = names.slice(index * USERS_PER_GROUP, (index + 1) * USERS_PER_GROUP).join(',')
      const id = 40_000 + index
      return `group${index}=group|Description|Group ${index}|Gid|${id}|Members|${members}|Uid|${id}`
    },
  )
  write(source, 'home/e-smith/db/configuration', 'DomainName=example.com\nSystemName=bench\n')
  write(source, 'home/e-smith/db/accounts', lines([...users, ...groups, ...pseudonyms].sort()))
  write(source, 'etc/shadow', lines(names.map((name) => `${name}:${HASH}:15600:0:99999:7:::`)))
  mkdirSync(join(source, 'home/e-smith/Maildir'))
}

/** Everybody gets so many messages of 2 KB, which nobody else may read, as on an old server. */
export function fillMailboxes(source: string, names: readonly string[], messages: number): void {
  for (const name of names) {
    const maildir = join(source, 'home/e-smith/files/users', name, 'Maildir')
    for (const part of ['cur', 'new', 'tmp'])
      mkdirSync(join(maildir, part), { recursive: true, mode: 0o700 })
    for (let message = 0; message < messages; message += 1)
      writeFileSync(join(maildir, `cur/13${message}.M${message}P1.bench,S=2000:2,S`), LETTER, {
        mode: 0o600,
      })
  }
}

/** A new server on which these accounts are there already. */
export function stage(root: string, names: readonly string[] = []): void {
  migrate('stage', root)
  const accounts = names.map((name, index) => `${name}:x:${20_000 + index}:10000::/:/bin/sh`)
  appendFileSync(join(root, 'etc/passwd'), lines(accounts))
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('')
}

function write(folder: string, path: string, content: string): void {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}
