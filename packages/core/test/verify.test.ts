import {
  appendFileSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { programs, testbed, writeTree, type Testbed } from '@nethserver-migrate/testkit'
import type { Action, Plugin } from '../src/plugin/define-plugin.js'
import { noProgress } from '../src/report/progress.js'
import { Interruption } from '../src/run/interruption.js'
import { verifyImport } from '../src/verify/verify-import.js'
import { importWith } from './helpers/import-with.js'
import type { Report } from '../src/report/report.js'
import { liveFolders } from './helpers/live-folders.js'
import { pluginOf } from './helpers/plugin-of.js'
import { rollBack } from './helpers/roll-back.js'

const importing: Action = async ({ destination }) => {
  await destination.configuration.merge(
    'mail',
    { Mark: 'old', Password: 'secret' },
    { typeWhenNew: 'service' },
  )
  await destination.accounts.create('rossi', 'user', { Mark: 'old' })
  await destination.copyFile({
    from: 'notes',
    to: '/etc/notes',
    mode: 0o644,
    whenDifferent: 'save-old',
  })
  await destination.transferTree({ from: 'old', to: '/mail' })
}
const plugin = pluginOf(importing)

const bedOf = () =>
  testbed({
    source: {
      files: {
        notes: 'old notes',
        'old/cur/1:2,': 'one',
        'old/cur/back\\slash\nline': 'two',
        'old/new/3': 'three',
        'old/link': { link: 'cur' },
      },
    },
  })

async function verify({ source, root }: Testbed, checksum = false, plugins: Plugin[] = [plugin]) {
  const report = await verifyImport({
    source,
    root,
    checksum,
    plugins,
    progress: noProgress,
    interruption: new Interruption(),
    onFinding: () => undefined,
  })
  const said = report.findings.map(({ code, subject }) => `${code} ${subject}`.trim())
  return { said, messages: report.findings.map(({ message }) => message), status: report.status }
}

/** Other bytes, with the size and the time that the file has. */
function flip(path: string): void {
  const text = readFileSync(path, 'latin1')
  writeFileSync(path, `X${text.slice(1)}`, 'latin1')
  utimesSync(path, 1_000_000_000, 1_000_000_000)
}

describe('a verification', () => {
  it.each(['move', 'copy'] as const)('finds nothing after an import (%s)', async (transfer) => {
    const bed = bedOf()
    await importWith(bed, [plugin], { transfer, checksum: true })
    expect(await verify(bed)).toEqual({ said: [], messages: [], status: 'unchanged' })
    expect(await verify(bed, true)).toEqual({ said: [], messages: [], status: 'unchanged' })
  })

  it('finds records that were changed, and shows no secret', async () => {
    const bed = bedOf()
    await importWith(bed, [plugin])
    const databases = join(bed.root, 'var/lib/nethserver/db')
    for (const [name, from, to] of [
      ['configuration', 'Password|secret', 'Added|x|Password|other'],
      ['accounts', 'Mark|old', 'Mark|new'],
    ] as const) {
      const text = readFileSync(join(databases, name), 'latin1')
      writeFileSync(join(databases, name), text.replace(from, to), 'latin1')
    }
    const { messages, status } = await verify(bed)
    expect(messages).toEqual([
      'configuration/mail: Password is ***, not ***',
      'accounts/rossi: Mark is new, not old',
    ])
    expect(status).toBe('failed')
  })

  it('finds files that are missing, longer, or something else; a message that was read is there', async () => {
    const bed = bedOf()
    await importWith(bed, [plugin])
    const mail = join(bed.root, 'mail')
    renameSync(join(mail, 'cur/1:2,'), join(mail, 'cur/1:2,S'))
    rmSync(join(mail, 'cur/back\\slash\nline'))
    appendFileSync(join(mail, 'new/3'), ' more')
    rmSync(join(mail, 'link'))
    writeFileSync(join(mail, 'link'), '')
    rmSync(join(bed.root, 'etc/notes'))
    const { said } = await verify(bed)
    expect(said.sort()).toEqual([
      'verify-missing /etc/notes',
      'verify-missing /mail/cur/back\\slash\\nline',
      'verify-missing /mail/link',
      'verify-size /mail/new/3',
    ])
  })

  it('finds one byte that is another, by the checksum of the import', async () => {
    const bed = bedOf()
    await importWith(bed, [plugin], { checksum: true })
    flip(join(bed.root, 'mail/cur/back\\slash\nline'))
    expect((await verify(bed)).said).toEqual([])
    expect((await verify(bed, true)).said).toEqual(['verify-checksum /mail/cur/back\\slash\\nline'])
  })

  it('compares copies with the source, and says of how many files nothing is known', async () => {
    const copied = bedOf()
    await importWith(copied, [plugin], { transfer: 'copy' })
    flip(join(copied.root, 'mail/new/3'))
    expect((await verify(copied, true)).said).toEqual([
      'verify-checksum /mail/new/3',
      // The source still has the old one: a new import would bring it again.
      'verify-pending /mail',
    ])
    const moved = bedOf()
    await importWith(moved, [plugin])
    const { messages, status } = await verify(moved, true)
    expect(messages).toEqual([
      'of 3 files no checksum is known: whether their bytes are the old ones was not verified',
    ])
    expect(status).toBe('unchanged')
  })

  it('names what a new import would do', async () => {
    const bed = bedOf()
    await importWith(bed, [plugin])
    const more = pluginOf(async (context) => {
      await importing(context)
      await context.destination.configuration.merge('new', { A: 'b' }, { typeWhenNew: 'service' })
    })
    expect((await verify(bed, false, [more])).said).toEqual(['verify-record configuration/new'])
  })

  it('is refused where nothing was imported, or all was undone', async () => {
    const bed = bedOf()
    await expect(verify(bed)).rejects.toMatchObject({ code: 'NEVER_IMPORTED' })
    await importWith(bed, [plugin])
    await rollBack(bed)
    await expect(verify(bed)).rejects.toMatchObject({ code: 'NEVER_IMPORTED' })
  })
})

describe('the services of a verification', () => {
  const withServices: Plugin = {
    ...plugin,
    serviceTests: ({ imported }) => [
      { kind: 'smtp', record: 'postfix' },
      // What came with the import is what a plugin asks for.
      { kind: 'web', record: 'httpd', hosts: imported.map(({ kind }) => kind) },
    ],
  }
  const verifyServices = ({ source, root }: Testbed, services: { services?: object }) =>
    verifyImport({
      source,
      root,
      checksum: false,
      plugins: [withServices],
      progress: noProgress,
      interruption: new Interruption(),
      onFinding: () => undefined,
      ...services,
    })

  it('are listed as not done on a staged destination, and said once', async () => {
    const bed = bedOf()
    await importWith(bed, [withServices])
    const { status, findings, services } = await verifyServices(bed, { services: {} })
    expect([status, findings.map(({ severity, code }) => `${severity} ${code}`)]).toEqual([
      'unchanged',
      ['info services-not-tested'],
    ])
    const message = 'nothing runs in a staged destination'
    const result = { plugin: plugin.name, outcome: 'not-done', message, remedy: '' }
    expect(services).toEqual([
      { ...result, kind: 'smtp', subject: 'SMTP' },
      ...['record', 'record', 'file', 'tree'].map((subject) => ({
        ...result,
        kind: 'web',
        subject,
      })),
    ])
  })

  it('are not listed where nobody asks for them, or the feature is not installed', async () => {
    const bed = bedOf()
    await importWith(bed, [withServices])
    expect(await verifyServices(bed, {})).not.toHaveProperty('services')
    writeTree(bed.root, { 'var/lib/nethserver/migration/packages': 'nethserver-base\n' })
    expect(await verifyServices(bed, { services: {} })).toMatchObject({ services: [] })
  })

  it.for([
    ['passed', 'unchanged', 'printf "%s:x:5001:5001:::\\n" anna bruno'],
    ['failed', 'failed', 'echo anna:x:5001:5001:::; exit 2'],
  ] as const)('are asked on a live host: %s', ([outcome, status, text], context) => {
    const live = liveFolders(context)
    writeTree(live.varLib, {
      'nethserver/db/configuration': 'SystemName=ns\nroot=configuration\n',
      'nethserver/db/accounts': '',
    })
    programs({
      rpm: '#!/bin/sh\n',
      logger: '#!/bin/sh\n',
      getent: `#!/bin/sh\n${text}\n`,
    })
    const report = live.run('live-verify', testbed().source) as Report
    expect([report.status, report.services]).toMatchObject([
      status,
      [{ kind: 'accounts', outcome }],
    ])
    expect(report.findings.map(({ code }) => code)).toEqual(
      outcome === 'failed' ? ['service-accounts'] : [],
    )
  })
})
