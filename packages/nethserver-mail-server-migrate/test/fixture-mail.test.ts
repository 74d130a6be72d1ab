// The mail of the sample backup: every file of every mailbox, and what a mail client sees of it.
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { toBuffer, toBytes } from '@nethserver-migrate/core/runner'
import { fixtureSource } from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import { noDovecot, startImapServer } from './helpers/imap-server.js'
import { mailServer, MAILBOXES } from './helpers/mail-server.js'

const isRoot = process.getuid?.() === 0
const VMAIL = 'var/lib/nethserver/vmail'
/** Who has a mailbox in the sample, and how many messages: 99 of users, 13 of admin. */
const MESSAGES: Readonly<Record<string, number>> = {
  admin: 13,
  akumar: 6,
  averylongnam: 3,
  cricci: 5,
  dsmith: 6,
  fgallo: 4,
  gverdi: 6,
  jmueller: 8,
  lbianchi: 6,
  mrossi: 26,
  nosamba: 3,
  pneri: 3,
  rlefevre: 6,
  sconti: 6,
  tobrien: 4,
}
const USERS = [...Object.keys(MESSAGES).filter((user) => user !== 'admin'), 'nohome', 'wtanaka']

interface Entry {
  readonly kind: string
  readonly mode: number
  readonly owner: string
  readonly mtime: number
  readonly content: string
}

/** All entries of a mailbox by path, as bytes. */
function entriesOf(folder: string): Map<string, Entry> {
  const entries = new Map<string, Entry>()
  const look = (path: string) => {
    const file = toBuffer(toBytes(folder) + path)
    const stats = lstatSync(file)
    const kind = stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'file'
    entries.set(path, {
      kind,
      mode: stats.mode & 0o7777,
      owner: `${stats.uid}:${stats.gid}`,
      mtime: Math.floor(stats.mtimeMs),
      content:
        kind === 'link'
          ? readlinkSync(file, 'latin1')
          : kind === 'file'
            ? `${stats.size} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`
            : '',
    })
    if (kind === 'folder')
      for (const name of readdirSync(file, { encoding: 'latin1' })) look(`${path}/${name}`)
  }
  for (const name of ['Maildir', 'sieve']) if (existsSync(join(folder, name))) look(`/${name}`)
  return entries
}

/** What the rules make of the mailbox in a folder of the source. */
function expectedMailbox(folder: string): Map<string, Entry> {
  const expected = new Map<string, Entry>()
  for (const [path, entry] of entriesOf(folder)) {
    expected.set(path.replaceAll('\\', '\\5c'), {
      ...entry,
      owner: '498:498',
      mode: entry.kind === 'link' ? entry.mode : entry.mode & 0o700,
    })
  }
  return expected
}

describe.each([
  [6, ''],
  [7, '@newserver.test'],
] as const)('the mail of the sample backup on a NethServer %s', (like, domain) => {
  const bed = () =>
    mailServer({
      like,
      folder: fixtureSource(),
      users: USERS,
      ...(like === 6
        ? { here: { accounts: USERS.map((user) => `${user}=user|MailStatus|enabled\n`).join('') } }
        : {}),
    })

  it('arrives file by file: name, size, content, mode, owner and time', async (context) => {
    context.skip(!isRoot, 'owners of files can be given by root alone')
    const t = bed()
    const from = (user: string) =>
      join(t.source, user === 'admin' ? 'home/e-smith' : `home/e-smith/files/users/${user}`)
    const expected = Object.keys(MESSAGES).map(
      (user) => [`${user}${domain}`, expectedMailbox(from(user))] as const,
    )
    const { said } = await t.run(plugin, { action: MAILBOXES })
    for (const [name, mailbox] of expected) {
      const arrived = entriesOf(join(t.root, VMAIL, name))
      expect([...arrived].sort(), name).toEqual([...mailbox].sort())
    }
    expect(readdirSync(join(t.root, VMAIL)).sort()).toEqual(expected.map(([name]) => name).sort())
    expect(said).toEqual([
      'warning mailbox-missing nohome',
      'warning mailbox-missing wtanaka',
      `notice folder-renamed /${VMAIL}/mrossi${domain}/Maildir/.Clienti\\5cRossi`,
      'follow-up shared-mailbox-index etc/dovecot/sharedmailbox/dict.db',
      ...(like === 6 ? [] : ['follow-up shared-folder-names mrossi/Orders']),
    ])
  })

  it('has its filters at work: links among the scripts of each user', async () => {
    const t = bed()
    await t.run(plugin, { action: MAILBOXES })
    const active = t
      .manifest(VMAIL)
      .flatMap((line) => /^l \S+ \S+ (\S+\/\.dovecot\.sieve -> .*)$/.exec(line)?.[1] ?? [])
    expect(active).toEqual([
      `admin${domain}/.dovecot.sieve -> sieve/managesieve.sieve`,
      `gverdi${domain}/.dovecot.sieve -> sieve/vac.sieve`,
      `mrossi${domain}/.dovecot.sieve -> sieve/managesieve.sieve`,
    ])
  })

  it('can be read over IMAP: every folder, every message, every flag', async (context) => {
    const reason = noDovecot()
    if (reason !== undefined) context.skip(reason)
    const t = bed()
    const expected = Object.fromEntries(
      Object.keys(MESSAGES).map((user) => [
        user,
        foldersIn(
          join(
            t.source,
            user === 'admin' ? 'home/e-smith' : `home/e-smith/files/users/${user}`,
            'Maildir',
          ),
        ),
      ]),
    )
    await t.run(plugin, { action: MAILBOXES })
    for (const folder of [t.root, join(t.root, '..')]) chmodSync(folder, 0o711)
    const server = await startImapServer(join(t.root, VMAIL))
    for (const [user, folders] of Object.entries(expected)) {
      const seen = await server.foldersOf(`${user}${domain}`)
      expect(seen, user).toEqual(folders)
      expect(Object.values(seen).flat(), user).toHaveLength(MESSAGES[user] ?? -1)
    }
  })
})

const FLAGS: Readonly<Record<string, string>> = {
  D: '\\Draft',
  F: '\\Flagged',
  R: '\\Answered',
  S: '\\Seen',
  T: '\\Deleted',
}

/** Folders of a Maildir as IMAP names them, and the flags that the names of its files hold. */
function foldersIn(maildir: string): Record<string, string[]> {
  const names = readdirSync(maildir).filter((name) => name.startsWith('.'))
  return Object.fromEntries(
    ['', ...names].map((name) => {
      const keywords = keywordsOf(join(maildir, name))
      return [
        name === '' ? 'INBOX' : decoded(name.slice(1).replaceAll('.', '/')),
        ['cur', 'new']
          .flatMap((folder) => readdirSync(join(maildir, name, folder)))
          .map((file) =>
            [...(/:2,(.*)$/.exec(file)?.[1] ?? '')]
              .map((letter) => FLAGS[letter] ?? keywordOf(letter, keywords))
              .sort()
              .join(' '),
          )
          .sort(),
      ]
    }),
  )
}

/** The names of folders are in the UTF-7 of RFC 3501. */
function decoded(name: string): string {
  return name.replace(/&([^-]+)-/g, (_all, base64: string) =>
    Buffer.from(base64.replaceAll(',', '/'), 'base64').swap16().toString('utf16le'),
  )
}

/** A label that the folder's list has lost keeps a name of dovecot's own. */
function keywordOf(letter: string, keywords: readonly string[]): string {
  const index = letter.charCodeAt(0) - 'a'.charCodeAt(0)
  return keywords[index] ?? `unknown-${index}`
}

/** Labels that users have made: `a` in a file name is the first of the folder's list. */
function keywordsOf(folder: string): string[] {
  const file = join(folder, 'dovecot-keywords')
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.replace(/^\d+ /, ''))
    : []
}
