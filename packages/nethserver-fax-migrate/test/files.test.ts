import { writeTree } from '@nethserver-migrate/testkit'
import fc from 'fast-check'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import { sequenceNumber } from '../src/sequences.js'
import { faxServer, filesIn } from './helpers/fax-server.js'

const MISSING = [
  'home/e-smith/fax/docs/sent',
  'home/e-smith/fax/docs/received',
  'home/e-smith/fax/docs/sentm',
  'home/e-smith/hylafax/info',
  'home/e-smith/hylafax/recvq',
  'home/e-smith/hylafax/log/seqf',
  'home/e-smith/hylafax/sendq/seqf',
  'home/e-smith/hylafax/docq/seqf',
  'home/e-smith/hylafax/recvq/seqf',
  'home/e-smith/hylafax/etc',
].map((path) => `${path} is not in the source: nothing to migrate`)

/** What every import asks to be looked at. */
const CHECKS = [
  'follow-up check-fax-device configuration/hylafax FaxDevice',
  'follow-up check-fax-notification configuration/hylafax',
]
const HYLAFAX = 'FaxDevice|ttyS0|SendTo|root'

describe.each([6, 7] as const)('the files of a fax server like NethServer %s', (like) => {
  it('may be missing, one and all: INFO, no failure, and nothing is made', async () => {
    const t = faxServer({ like, hylafax: HYLAFAX })
    const { messages, said, report } = await t.run(plugin)
    expect(messages.filter((message) => message.includes('nothing to migrate'))).toEqual(MISSING)
    expect(said).toEqual(CHECKS)
    expect(report.counts.failed).toBe(0)
    expect(['fax', 'spool'].map((name) => existsSync(join(t.root, `var/${name}`)))).toEqual([
      false,
      false,
    ])
  })

  it('belong to uucp, whoever had them: documents with their folders, and all below the spool', async (context) => {
    context.skip(process.getuid?.() !== 0, 'only root can give files away')
    const owner = [5001, 5002] as const
    const t = faxServer({
      like,
      hylafax: HYLAFAX,
      files: {
        'fax/docs/sent': { directory: true, mode: 0o2770, owner },
        'fax/docs/sent/a.pdf': { content: 'a', mode: 0o660, owner },
        'fax/docs/sent/2011': { directory: true, mode: 0o750, owner },
        'fax/docs/sent/2011/b.pdf': { content: 'b', mode: 0o640, owner },
        'fax/docs/sent/passwd': { link: '/etc/passwd', owner },
        'fax/docs/sentm': { directory: true, owner },
        'hylafax/recvq/fax1.tif': { content: 'page', mode: 0o600, owner },
        'hylafax/recvq/seqf': { content: '13\n', mode: 0o600, owner },
        'hylafax/etc/config.ttyS0': { content: 'x', owner },
      },
    })
    await t.run(plugin)
    const lines = (folder: string) =>
      t.manifest(folder).map((line) => line.replace(/ = [0-9a-f]+$/, ''))
    expect(lines('var/lib/nethserver/fax')).toEqual([
      'd 0775 10:14 docs',
      'd 0775 10:14 docs/sent',
      'd 0750 10:14 docs/sent/2011',
      'f 0640 10:14 docs/sent/2011/b.pdf',
      'f 0660 10:14 docs/sent/a.pdf',
      'l 0777 10:14 docs/sent/passwd -> /etc/passwd',
      'd 0775 10:14 docs/sentm',
    ])
    expect(lines('var/spool/hylafax')).toEqual([
      'd 0755 0:0 etc',
      'f 0644 10:14 etc/config.ttyS0',
      'd 0755 10:14 recvq',
      'f 0600 10:14 recvq/fax1.tif',
      'f 0600 10:14 recvq/seqf',
    ])
  })

  it('stay in the source, with an ERROR each, where the destination has no uucp; settings are applied', async () => {
    const t = faxServer({
      like,
      hylafax: HYLAFAX,
      files: { 'hylafax/info/a': 'x', 'hylafax/log/seqf': '43\n' },
      filesHere: { 'etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n' },
    })
    const { said, report } = await t.run(plugin)
    expect(said.filter((line) => line.startsWith('error'))).toEqual([
      'error DESTINATION_UNKNOWN_ACCOUNT /var/spool/hylafax/info',
      'error DESTINATION_UNKNOWN_ACCOUNT /var/spool/hylafax/log/seqf',
    ])
    expect(report.actions[1]?.outcome).toBe('failed')
    expect(t.events()).toEqual(['nethserver-hylafax-update'])
    expect(existsSync(join(t.source, 'home/e-smith/hylafax/info/a'))).toBe(true)
  })
})

describe('documents and queues', () => {
  it('join what the destination has; different files of one name are both kept', async () => {
    const t = faxServer({
      hylafax: HYLAFAX,
      files: {
        'fax/docs/received/fax1.pdf': 'old',
        'fax/docs/received/fax2.pdf': 'same',
        'hylafax/info/+39': 'old',
      },
      filesHere: {
        'var/lib/nethserver/fax/docs/received/fax1.pdf': 'new',
        'var/lib/nethserver/fax/docs/received/fax2.pdf': 'same',
        'var/spool/hylafax/info/+39': 'new',
      },
    })
    const { said } = await t.run(plugin)
    expect(filesIn(t, 'var/lib/nethserver/fax/docs/received')).toEqual([
      'f 0644 fax1.pdf',
      'f 0644 fax1.pdf.migrated',
      'f 0644 fax2.pdf',
    ])
    expect(filesIn(t, 'var/spool/hylafax/info')).toEqual(['f 0644 +39', 'f 0644 +39.migrated'])
    expect(said).toEqual([
      'notice exists-kept-both /var/lib/nethserver/fax/docs/received/fax1.pdf.migrated',
      'notice exists-kept-both /var/spool/hylafax/info/+39.migrated',
      ...CHECKS,
    ])
  })

  it('behind a link, or in place of a folder, are an ERROR; the rest goes on', async () => {
    const t = faxServer({
      hylafax: HYLAFAX,
      files: {
        'fax/docs/sent': { link: '/etc' },
        'fax/docs/received/a.pdf': 'a',
        'hylafax/info': 'a file',
        'hylafax/recvq/b.tif': 'b',
      },
    })
    const { said } = await t.run(plugin)
    expect(said).toEqual([
      'error SOURCE_SYMBOLIC_LINK /var/lib/nethserver/fax/docs/sent',
      'error SOURCE_NOT_A_DIRECTORY /var/spool/hylafax/info',
      ...CHECKS,
    ])
    expect(t.file('var/lib/nethserver/fax/docs/received/a.pdf')).toBe('a')
    expect(t.file('var/spool/hylafax/recvq/b.tif')).toBe('b')
  })

  it('that still wait to be sent stay behind, and a task counts them', async () => {
    const t = faxServer({
      hylafax: HYLAFAX,
      files: {
        'hylafax/sendq/q42': 'job',
        'hylafax/sendq/seqf': '43\n',
        'hylafax/docq/doc42.ps': 'page',
        'hylafax/docq/doc42.ps.q42': 'page',
      },
    })
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual(['follow-up fax-jobs-left home/e-smith/hylafax/sendq', ...CHECKS])
    expect(messages).toContain(
      'faxes of the old server wait to be sent and are not migrated: 1 in sendq, 2 documents in docq',
    )
    expect(filesIn(t, 'var/spool/hylafax')).toEqual(['d 0755 sendq', 'f 0600 sendq/seqf'])
  })
})

describe('a sequence file', () => {
  it.each([
    ['43\n', undefined, '43\n'],
    ['43\n', '7\n', '43\n'],
    ['43\n', '43', '43'],
    ['43\n', '1000\n', '1000\n'],
    ['9', '10', '10'],
    ['43\n', 'damaged', '43\n'],
    ['43\n', '', '43\n'],
  ])('keeps the larger number: %j and %j become %j', async (old, here, expected) => {
    const folders = ['log', 'sendq', 'docq', 'recvq']
    const files = (spool: string, content: string | undefined) =>
      content === undefined
        ? {}
        : Object.fromEntries(folders.map((folder) => [`${spool}/${folder}/seqf`, content]))
    const t = faxServer({
      hylafax: HYLAFAX,
      files: files('hylafax', old),
      filesHere: files('var/spool/hylafax', here),
    })
    const { said } = await t.run(plugin)
    expect(folders.map((folder) => t.file(`var/spool/hylafax/${folder}/seqf`))).toEqual(
      folders.map(() => expected),
    )
    expect(said).toEqual(CHECKS)
  })

  it('says which number it keeps, and saves the one that it replaces', async () => {
    const t = faxServer({
      hylafax: HYLAFAX,
      files: { 'hylafax/log/seqf': '43\n', 'hylafax/docq/seqf': '42\n' },
      filesHere: { 'var/spool/hylafax/log/seqf': '50\n', 'var/spool/hylafax/docq/seqf': '1\n' },
    })
    const { messages } = await t.run(plugin)
    expect(messages).toContain(
      '/var/spool/hylafax/log/seqf is 50 already: the 43 of the old server is not needed',
    )
    expect(t.file('var/spool/hylafax/docq/seqf.before-migration')).toBe('1\n')
  })

  it.each<[string, string | { readonly link: string }]>([
    ['holds no number', 'x'],
    ['is empty', ''],
    ['holds 0', '0\n'],
    ['is a link', { link: '../log/other' }],
  ])('of the old server that %s is left alone, with a warning', async (_what, old) => {
    const t = faxServer({
      hylafax: HYLAFAX,
      files: { 'hylafax/log/seqf': old, 'hylafax/docq/seqf': '42\n' },
      filesHere: { 'var/spool/hylafax/log/seqf': '7\n' },
    })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['warning fax-sequence-invalid home/e-smith/hylafax/log/seqf', ...CHECKS])
    expect(t.file('var/spool/hylafax/log/seqf')).toBe('7\n')
    expect(t.file('var/spool/hylafax/docq/seqf')).toBe('42\n')
  })

  it('of received faxes follows this one rule: it is neither moved nor put beside', async () => {
    const t = faxServer({
      hylafax: HYLAFAX,
      files: { 'hylafax/recvq/fax12.tif': 'page', 'hylafax/recvq/seqf': '13\n' },
      filesHere: { 'var/spool/hylafax/recvq/seqf': '50\n' },
    })
    const { report } = await t.run(plugin)
    expect(filesIn(t, 'var/spool/hylafax/recvq')).toEqual(['f 0644 fax12.tif', 'f 0644 seqf'])
    expect(t.file('var/spool/hylafax/recvq/seqf')).toBe('50\n')
    expect(readFileSync(join(t.source, 'home/e-smith/hylafax/recvq/seqf'), 'utf8')).toBe('13\n')
    expect(report.changes.map(({ change }) => change.kind)).toEqual(['record', 'tree', 'event'])
  })

  it('counts on at the destination: a later import does not set it back, a newer backup sets it forward', async () => {
    const path = 'var/spool/hylafax/sendq/seqf'
    const t = faxServer({ hylafax: HYLAFAX, files: { 'hylafax/sendq/seqf': '41\n' } })
    await t.run(plugin)
    writeTree(t.root, { [path]: '44\n' })
    const { report } = await t.run(plugin)
    expect([t.file(path), report.status]).toEqual(['44\n', 'unchanged'])
    writeTree(t.source, { 'home/e-smith/hylafax/sendq/seqf': '60\n' })
    await t.run(plugin)
    expect(t.file(path)).toBe('60\n')
  })

  it('holds a number from 1 to 999999999, or nothing that can be used', () => {
    const blanks = fc.string({ unit: fc.constantFrom(' ', '\n', '\t'), maxLength: 3 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999 }), blanks, blanks, (number, a, b) => {
        expect(sequenceNumber(`${a}${number}${b}`)).toBe(number)
      }),
    )
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.bigInt().map(String)), (text) => {
        const number = sequenceNumber(text)
        if (number !== undefined) {
          expect(Number.isInteger(number) && number > 0 && number < 1e9).toBe(true)
          expect(Number(text)).toBe(number)
        }
      }),
    )
  })
})

describe('modem files', () => {
  const ETC = 'var/spool/hylafax/etc'

  it('are copied, all of them, and each is to be checked; what else is there is named', async () => {
    const t = faxServer({
      hylafax: HYLAFAX,
      files: {
        'hylafax/etc/config': 'LogFacility: daemon\n',
        'hylafax/etc/config.ttyS0': { content: 'zero', mode: 0o600 },
        'hylafax/etc/config.ttyS1': 'one',
        'hylafax/etc/FaxDispatch': 'SENDTO=x',
        'hylafax/etc/configx': 'x',
      },
    })
    const { said, messages } = await t.run(plugin)
    expect(filesIn(t, ETC)).toEqual(['f 0644 config.ttyS0', 'f 0644 config.ttyS1'])
    expect(t.file(`${ETC}/config.ttyS1`)).toBe('one')
    expect(existsSync(join(t.source, 'home/e-smith/hylafax/etc/config.ttyS1'))).toBe(true)
    expect(messages).toContain(
      'home/e-smith/hylafax/etc: only config.* is migrated, not FaxDispatch, config, configx',
    )
    expect(said).toEqual([
      'follow-up check-modem-file /var/spool/hylafax/etc/config.ttyS0',
      'follow-up check-modem-file /var/spool/hylafax/etc/config.ttyS1',
      ...CHECKS,
    ])
  })

  it('take the place of those of the destination, which are saved; one changed since stays', async () => {
    const t = faxServer({
      hylafax: HYLAFAX,
      files: { 'hylafax/etc/config.ttyS0': 'old' },
      filesHere: { [`${ETC}/config.ttyS0`]: 'new' },
    })
    await t.run(plugin)
    const contents = () =>
      ['config.ttyS0', 'config.ttyS0.before-migration'].map((name) => t.file(`${ETC}/${name}`))
    expect(contents()).toEqual(['old', 'new'])
    writeTree(t.root, { [`${ETC}/config.ttyS0`]: 'by hand' })
    const { report } = await t.run(plugin)
    expect([contents(), report.status]).toEqual([['by hand', 'new'], 'unchanged'])
  })

  it('that are links or folders are an ERROR each, and not to be checked; the rest goes on', async () => {
    const t = faxServer({
      hylafax: HYLAFAX,
      files: {
        'hylafax/etc/config.a': { link: '/etc/shadow' },
        'hylafax/etc/config.b': { directory: true },
        'hylafax/etc/config.c': 'c',
      },
    })
    const { said } = await t.run(plugin)
    expect(said).toEqual([
      'error SOURCE_SYMBOLIC_LINK /var/spool/hylafax/etc/config.a',
      'error SOURCE_NOT_A_FILE /var/spool/hylafax/etc/config.b',
      'follow-up check-modem-file /var/spool/hylafax/etc/config.c',
      ...CHECKS,
    ])
    expect(filesIn(t, ETC)).toEqual(['f 0644 config.c'])
  })
})
