import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { testbed, type Testbed, type Tree } from '@nethserver-migrate/testkit'
import type { TransferTree } from '../src/destination/file-operations.js'
import { maildirRules } from '../src/mail/maildir-rules.js'
import { pluginOf } from './helpers/plugin-of.js'

const isRoot = process.getuid?.() === 0

/** A mailbox of the source, and one of the destination where there is one. */
function mailboxes(old: Tree, here?: Tree): Testbed {
  const below = (folder: string, tree: Tree = {}) =>
    Object.fromEntries(Object.entries(tree).map(([path, entry]) => [`${folder}/${path}`, entry]))
  return testbed({
    source: { files: { 'old/Maildir': { directory: true }, ...below('old/Maildir', old) } },
    destination: {
      files: { mail: { directory: true, mode: 0o700 }, ...below('mail/Maildir', here) },
    },
  })
}

async function merge(bed: Testbed, request: Partial<TransferTree> = {}) {
  const plugin = pluginOf(async ({ destination }) => {
    await destination.transferTree({ from: 'old', to: '/mail', rules: maildirRules, ...request })
  })
  const { report, said, messages } = await bed.run(plugin)
  return { status: report.status, said, messages }
}

/** Path and text of every file of the destination's mailbox. */
function files(bed: Testbed): Record<string, string> {
  const paths = bed
    .manifest('mail/Maildir')
    .flatMap((line) => /^f \S+ \S+ (.*) = [0-9a-f]+$/.exec(line)?.[1] ?? [])
  return Object.fromEntries(paths.map((path) => [path, bed.file(`mail/Maildir/${path}`)]))
}

describe('a mailbox that is moved', () => {
  it('arrives whole, in one step', async () => {
    const bed = mailboxes({ 'cur/1.M1.old:2,S': 'one', '.Sent/new/2.M2.old': 'two', uid: 'x' })
    expect(await merge(bed)).toEqual({ status: 'done', said: [], messages: [] })
    expect(files(bed)).toEqual({
      '.Sent/new/2.M2.old': 'two',
      'cur/1.M1.old:2,S': 'one',
      uid: 'x',
    })
  })

  it('is counted in messages: what is moved now, and lies in cur or new', async () => {
    const bed = mailboxes(
      { 'cur/1.M1.old:2,S': 'one', 'cur/2': 'two', '.Sent/new/3': 'three', uid: 'x' },
      { 'cur/1.M1.old:2,': 'one' },
    )
    const plugin = pluginOf(async ({ destination }) => {
      await destination.transferTree({ from: 'old', to: '/mail', rules: maildirRules })
    })
    const { report } = await bed.run(plugin)
    expect(report.changes.map(({ change }) => change)).toMatchObject([
      { kind: 'tree', files: 3, messages: 2 },
    ])
  })

  it('gets folders without a backslash, each is told, and nothing else loses its name', async () => {
    const bed = mailboxes({ '.A\\B\\C/cur/1': 'one', '.A\\B\\C.D/cur/2': 'two', 'cur/x\\y': 'x' })
    expect(await merge(bed)).toMatchObject({
      said: [
        'notice folder-renamed /mail/Maildir/.A\\5cB\\5cC',
        'notice folder-renamed /mail/Maildir/.A\\5cB\\5cC.D',
      ],
    })
    expect(files(bed)).toEqual({
      '.A\\5cB\\5cC.D/cur/2': 'two',
      '.A\\5cB\\5cC/cur/1': 'one',
      'cur/x\\y': 'x',
    })
  })

  it('loses links that lead out of it, and keeps those that do not', async () => {
    const bed = mailboxes({
      'cur/a': 'a',
      '.Sent/ok': { link: '../cur/a' },
      '.Sent/out': { link: '../../../other/Maildir' },
      '.Sent/absolute': { link: '/etc/shadow' },
    })
    expect((await merge(bed)).said).toEqual([
      'warning link-left old/Maildir/.Sent/absolute',
      'warning link-left old/Maildir/.Sent/out',
    ])
    expect(bed.manifest('mail').map((line) => line.split(' ').slice(3).join(' '))).toEqual([
      'Maildir',
      'Maildir/.Sent',
      'Maildir/.Sent/ok -> ../cur/a',
      'Maildir/cur',
      expect.stringMatching(/^Maildir\/cur\/a = /),
    ])
  })

  it('is closed to all but its owner, without ACLs', async (context) => {
    context.skip(!isRoot, 'owners of files can be given by root alone')
    const bed = mailboxes({
      'cur/1:2,S': { content: 'one', mode: 0o664 },
      'cur/run': { content: '', mode: 0o6755 },
      '.Sent': { directory: true, mode: 0o2775 },
      link: { link: 'cur/1:2,S' },
    })
    const [message, sent] = ['old/Maildir/cur/1:2,S', 'old/Maildir/.Sent']
    execFileSync('setfacl', ['-m', 'u:27:rw', join(bed.source, message)])
    execFileSync('setfacl', ['-m', 'd:g:27:rwx', join(bed.source, sent)])
    await merge(bed, { owner: { user: 'vmail' }, closed: true })
    expect(bed.manifest('mail').map((line) => line.split(' = ')[0])).toEqual(
      [
        'd 0755 498:498 Maildir',
        'd 0700 498:498 Maildir/.Sent',
        'd 0755 498:498 Maildir/cur',
        'f 0600 498:498 Maildir/cur/1:2,S',
        'f 0700 498:498 Maildir/cur/run',
        'l 0777 498:498 Maildir/link -> cur/1:2,S',
      ].map((line) => line.replace('d 0755', 'd 0700')),
    )
    const acls = execFileSync('getfacl', ['-R', '-s', '-p', join(bed.root, 'mail')]).toString()
    expect(acls).toBe('')
  })
})

describe('a mailbox that is merged', () => {
  it('gets only the messages that it does not have, whatever their flags and folder', async () => {
    const bed = mailboxes(
      { 'cur/1:2,S': 'one', 'cur/2:2,RS': 'two', 'new/3': 'three', '.Sent/cur/1:2,': 'sent' },
      { 'cur/1:2,': 'one', 'new/2': 'two', '.Sent/cur/9:2,': 'nine' },
    )
    expect(await merge(bed)).toEqual({ status: 'done', said: [], messages: [] })
    expect(files(bed)).toEqual({
      '.Sent/cur/1:2,': 'sent',
      '.Sent/cur/9:2,': 'nine',
      'cur/1:2,': 'one',
      'new/2': 'two',
      'new/3': 'three',
    })
    expect((await merge(bed)).status).toBe('unchanged')
  })

  it('keeps both of two messages that share a name, and the flags of each', async () => {
    const bed = mailboxes({ 'cur/1:2,S': 'old text' }, { 'cur/1:2,RS': 'another text' })
    expect((await merge(bed)).said).toEqual([
      'notice exists-kept-both /mail/Maildir/cur/1.migrated:2,S',
    ])
    expect(files(bed)).toEqual({ 'cur/1.migrated:2,S': 'old text', 'cur/1:2,RS': 'another text' })
    expect((await merge(bed)).status).toBe('unchanged')
  })

  it('keeps the files that its mail server has made', async () => {
    const own = ['dovecot-uidlist', 'dovecot.index.cache', 'maildirsize', 'subscriptions']
    const with_ = (text: string) => Object.fromEntries(own.map((name) => [name, text]))
    const bed = mailboxes({ ...with_('old'), courierimapuiddb: 'old' }, with_('here'))
    expect((await merge(bed)).messages).toEqual(
      own.map((name) => `the destination keeps its own ${name} instead of old/Maildir/${name}`),
    )
    expect(files(bed)).toEqual({ ...with_('here'), courierimapuiddb: 'old' })
  })

  it('goes into the folder that an earlier import has renamed', async () => {
    const bed = mailboxes({ '.A\\B/cur/1:2,': 'one' }, { '.A\\5cB/cur/2:2,': 'two' })
    await merge(bed)
    expect(files(bed)).toEqual({ '.A\\5cB/cur/1:2,': 'one', '.A\\5cB/cur/2:2,': 'two' })
  })

  it('has every message once afterwards, whatever is on both sides', async () => {
    const message = fc.record({
      folder: fc.constantFrom('cur', 'new', '.Sent/cur', '.Sent/new'),
      unique: fc.constantFrom('1', '2', '3', '4'),
      flags: fc.constantFrom('', ':2,', ':2,S', ':2,RS'),
    })
    const box = fc.uniqueArray(message, {
      selector: ({ folder, unique }) => folder.replace(/(cur|new)$/, '') + unique,
    })
    const tree = (messages: { folder: string; unique: string; flags: string }[]): Tree =>
      Object.fromEntries(
        messages.map(({ folder, unique, flags }) => [`${folder}/${unique}${flags}`, unique]),
      )
    const known = (paths: readonly string[]) =>
      paths.map((path) => path.replace(/(cur|new)\//, '').replace(/:2,.*/, '')).sort()
    await fc.assert(
      fc.asyncProperty(box, box, async (old, here) => {
        const bed = mailboxes(tree(old), tree(here))
        await merge(bed)
        const all = new Set(known([...Object.keys(tree(old)), ...Object.keys(tree(here))]))
        expect(known(Object.keys(files(bed)))).toEqual([...all].sort())
      }),
      { numRuns: 25 },
    )
  })
})

it('never reads more of a name than the flags as flags', () => {
  expect(maildirRules.identityOf?.('cur', '1.M2P3.old,S=4:2,S')).toBe('1.M2P3.old,S=4')
  expect(maildirRules.identityOf?.('cur', 'two\nlines:2,S\nx')).toBe('two\nlines')
  expect(maildirRules.identityOf?.('docs', '1:2,S')).toBeUndefined()
})
