// The sample backup, imported into a staged NethServer 6 and a staged NethServer 7 by the bundle
// that ships, with every plugin that it has. What must come out was worked out from the rules: see
// expected/README.md.
import { existsSync, lstatSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  command,
  expectImported,
  expectSuccess,
  SAMPLE_BACKUP,
  type Run,
} from './helpers/command.js'
import {
  DATABASES,
  MIGRATION,
  aclsOf,
  byteText,
  databaseTexts,
  expectedDatabases,
  expectedText,
  inputsOf,
  manifestOf,
  pathBytes,
  withoutTimestamp,
  type LeftOut,
  type Variant,
} from './helpers/tree.js'

const SCHEMA = fileURLToPath(new URL('../../../docs/report.schema.json', import.meta.url))

const QUEUE = `${MIGRATION}/events.jsonl`
const LOG = 'var/log/messages'

/** What is compared file by file, and what the command keeps for itself. */
const BESIDE_THE_MANIFEST: LeftOut = {
  paths: [DATABASES, MIGRATION, LOG, 'etc/e-smith', 'etc/passwd', 'etc/group', 'etc/shadow'],
  but: [`${MIGRATION}/admin`, `${MIGRATION}/mysql`],
}

/** A second import may write its journal, its report and the log, and nothing else. */
const RECORDS_OF_RUNS: LeftOut = {
  paths: [MIGRATION, LOG],
  but: [`${MIGRATION}/admin`, `${MIGRATION}/mysql`, `${MIGRATION}/secrets`],
}

/**
 * One password of the backup has a pipe in it, which no database can hold; and one user had none for
 * Samba, which a NethServer 6 keeps apart.
 */
const ERRORS: Record<Variant, readonly string[]> = {
  n6: [
    'nethserver-samba-migrate: smbpasswd-line-missing: nosamba',
    'nethserver-fetchmail-migrate: secret-not-writable: fetchmail/1 password',
  ],
  n7: ['nethserver-getmail-migrate: secret-not-writable: getmail/1 Password'],
}

/** Web mail and contacts, which a NethServer has no feature for; and what belongs to nothing. */
const UNKNOWN: readonly string[] = [
  '1 record of configuration',
  'accounts: records without type',
  'hosts: records of type note (Comment)',
]

const isRoot = process.getuid?.() === 0

interface Finding {
  severity: string
  plugin?: string
  code: string
  subject: string
}

interface Report {
  counts: Record<string, number>
  changes: Record<string, unknown>[]
  events: unknown[]
  findings: Finding[]
}

interface Snapshot {
  manifest: string
  queue: string
}

const RUNS = ['plan', 'import', 'secondImport'] as const

interface Runs {
  /** The staged destination. */
  root: string
  plan: Run
  import: Run
  afterImport: Snapshot
  secondImport: Run
  afterSecondImport: Snapshot
}

describe.each<Variant>(['n6', 'n7'])('the sample backup on a staged %s', (variant) => {
  let folder: string
  let runs: Runs

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'fixture-import-'))
    if (isRoot) runs = await stagePlanAndImportTwice(variant, join(folder, 'server'))
  }, 300_000)

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  beforeEach((context) => {
    context.skip(!isRoot, 'owners of files can be given by root alone')
  })

  it.each(RUNS)('exits 1 for these errors alone, warnings are no failure: %s', (name) => {
    expectImported(runs[name])
    expect(errors(runs[name])).toEqual(ERRORS[variant])
  })

  it('reports what no plugin knows, and nothing else', () => {
    const unknown = report(runs.import).findings.filter(({ code }) => code === 'unknown')
    expect(unknown.map(({ subject }) => subject)).toEqual(UNKNOWN)
  })

  it('leaves these databases, and no other', () => {
    expect(databaseTexts(join(runs.root, DATABASES))).toEqual(expectedDatabases(variant))
  })

  it.each(['passwd', 'group', 'shadow'])('leaves this etc/%s', (name) => {
    expect(byteText(join(runs.root, 'etc', name))).toBe(expectedText(variant, name))
  })

  it('queues these events and commands, in this order', () => {
    expect(runs.afterImport.queue).toBe(expectedText(variant, 'events.jsonl'))
  })

  it('keeps what these commands read for root alone', () => {
    expect(inputsOf(runs.root)).toBe(expectedText(variant, 'inputs.txt'))
  })

  it('leaves these files, with these owners and modes', () => {
    const manifest = manifestOf(runs.root, BESIDE_THE_MANIFEST)
    expect(manifest).toBe(expectedText(variant, 'manifest.txt'))
  })

  it('leaves these ACLs, and no other', () => {
    expect(aclsOf(runs.root)).toBe(expectedText(variant, 'acls.txt'))
  })

  it('keeps hard links, holes and times of what it moves', () => {
    const entry = (path: string) =>
      lstatSync(pathBytes(runs.root, `var/lib/nethserver/home/mrossi/${path}`))
    const time = (path: string) => entry(path).mtime.toISOString()

    expect(entry('linked-a.bin').ino).toBe(entry('My Documents/linked-b.bin').ino)
    expect(entry('disk image.img').blocks * 512).toBeLessThan(1_000_000)
    expect(time('My Documents/quarterly report 2012.doc')).toBe('2012-08-10T11:13:10.000Z')
    expect(time('My Documents')).toBe('2012-01-19T23:28:57.000Z')
    expect(time('latest.doc')).toBe('2012-08-08T01:33:39.000Z')
  })

  it('plans exactly what it then does', () => {
    const planned = report(runs.plan)
    const done = report(runs.import)
    expect(withoutOutcome(planned.changes)).toEqual(withoutOutcome(done.changes))
    expect(planned.events).toEqual(done.events)
  })

  it('does nothing twice: a second import reports 0 changes and leaves all as it was', () => {
    expect(report(runs.secondImport).counts.done).toBe(0)
    expect(runs.afterSecondImport).toEqual(runs.afterImport)
  })

  it.each(RUNS)('fits the JSON schema: %s', (name) => {
    expect(schemaErrors(JSON.parse(runs[name].stdout))).toEqual([])
  })
})

async function stagePlanAndImportTwice(variant: Variant, root: string): Promise<Runs> {
  const importing = [SAMPLE_BACKUP, '--root', root, '--json']
  // The modes of new folders follow the umask, and the expected ones are those of a normal one.
  const umask = process.umask(0o022)
  try {
    const stage = await command('stage', root, '--like', variant.slice(1))
    // Without a staged destination nothing below means anything.
    expectSuccess(stage)
    const plan = await command('plan', ...importing)
    const firstImport = await command('import', ...importing)
    const afterImport = snapshot(root)
    const secondImport = await command('import', ...importing)
    const afterSecondImport = snapshot(root)
    return { root, plan, import: firstImport, afterImport, secondImport, afterSecondImport }
  } finally {
    process.umask(umask)
  }
}

function snapshot(root: string): Snapshot {
  const queue = join(root, QUEUE)
  return {
    manifest: manifestOf(root, RECORDS_OF_RUNS),
    queue: existsSync(queue) ? byteText(queue) : '',
  }
}

/** The link to admin's files has the time of the run in its name. */
function report({ stdout }: Run): Report {
  return JSON.parse(withoutTimestamp(stdout)) as Report
}

function errors(run: Run): string[] {
  return report(run)
    .findings.filter(({ severity }) => severity === 'error')
    .map(({ plugin = '', code, subject }) => `${plugin}: ${code}: ${subject}`)
}

function withoutOutcome(changes: Report['changes']): Report['changes'] {
  return changes.map((change) => {
    const copy = { ...change }
    delete copy.outcome
    return copy
  })
}

function schemaErrors(document: unknown): string[] {
  const schema = JSON.parse(readFileSync(SCHEMA, 'utf8')) as { $schema?: string }
  const isDraft2020 = schema.$schema?.includes('2020-12') ?? true
  const options = { allErrors: true, validateFormats: false }
  const ajv = isDraft2020 ? new Ajv2020(options) : new Ajv(options)
  const validate = ajv.compile(schema)
  if (validate(document)) return []
  return (validate.errors ?? []).map(
    ({ instancePath, message }) => `${instancePath}: ${message ?? 'invalid'}`,
  )
}
