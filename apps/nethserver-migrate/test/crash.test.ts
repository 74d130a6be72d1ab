// An import that is killed anywhere, again and again, loses nothing, and ends, when it is started
// once more, as one that was left alone. CRASH_SERIES=100 kills so many imports of each variant,
// CRASH_SEED chooses other points: the names of the tests say what to set to see one of them again.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  COMMAND,
  command,
  expectImported,
  expectSuccess,
  node,
  SAMPLE_BACKUP,
  type Run,
} from './helpers/command.js'
import {
  byteText,
  databaseTexts,
  DATABASES,
  entriesBelow,
  manifestOf,
  MIGRATION,
  pathBytes,
  withoutTimestamp,
  type LeftOut,
  type Variant,
} from './helpers/tree.js'

const HOOK = fileURLToPath(new URL('./helpers/kill-at-call.cjs', import.meta.url))
const SERIES = Number(process.env.CRASH_SERIES ?? 5)
const KILLS = 12
const SEED = Number(process.env.CRASH_SEED ?? 1)
const MEMORY = '/dev/shm'

/** What runs write about themselves; databases for their time stamp, secrets for their random bytes. */
const NOT_COMPARED: LeftOut = {
  paths: [
    DATABASES,
    'var/log/messages',
    ...['journal.jsonl', 'lock', 'report.json', 'report.txt', 'secrets', 'undo'].map(
      (name) => `${MIGRATION}/${name}`,
    ),
  ],
  but: [],
}
const NOTHING: LeftOut = { paths: [], but: [] }

interface Case {
  readonly variant: Variant
  readonly transfer: 'move' | 'copy'
  /** Where the source lies: on another filesystem files are copied, whatever was asked for. */
  readonly across: boolean
}

const CASES: Case[] = [
  { variant: 'n6', transfer: 'move', across: false },
  { variant: 'n7', transfer: 'move', across: false },
  { variant: 'n6', transfer: 'copy', across: false },
  { variant: 'n7', transfer: 'move', across: true },
]

/** Where a run is killed: at a call that changes something, or while a program works on files. */
interface Kill {
  readonly at: 'call' | 'worker'
  /** Of all these calls that are still ahead, roughly. */
  readonly share: number
  readonly millis: number
  /** The program that runs at this point outlives its parent. */
  readonly alone: boolean
}

const device = (path: string) => statSync(path, { throwIfNoEntry: false })?.dev
const hasMemory = device(MEMORY) !== undefined && device(MEMORY) !== device(tmpdir())

describe.each(CASES)(
  'an import that is killed ($variant, $transfer, across filesystems: $across)',
  ({ variant, transfer, across }) => {
    let folder: string
    let sources: string
    let ahead: { calls: number; workers: number }
    let killed = 0
    let begun: number
    let hashes: Map<string, number>
    let undisturbed: ReturnType<typeof stateOf>

    const importFrom = (source: string, root: string, env: Record<string, string> = {}) =>
      node(
        ['--require', HOOK, COMMAND, 'import', source, '--root', root, '--transfer', transfer],
        env,
      )

    /** A fresh destination and a fresh source, each a copy of one that was made before. */
    const fresh = (name: string) => {
      const [source, root] = [join(sources, `source-${name}`), join(folder, `root-${name}`)]
      execFileSync('cp', ['-a', join(sources, 'source'), source])
      execFileSync('cp', ['-a', join(folder, 'root'), root])
      return { source, root }
    }

    beforeAll(async () => {
      if (across && !hasMemory) return
      // In memory flushing costs nothing.
      sources = mkdtempSync(join(hasMemory ? MEMORY : tmpdir(), 'crash-'))
      folder = across ? mkdtempSync(join(tmpdir(), 'crash-')) : sources
      begun = Date.now()
      mkdirSync(join(sources, 'source'))
      execFileSync('tar', ['xzf', SAMPLE_BACKUP, '-C', join(sources, 'source'), '--numeric-owner'])
      expectSuccess(await command('stage', join(folder, 'root'), '--like', variant.slice(1)))
      hashes = hashesOf(join(sources, 'source'))
      const { source, root } = fresh('undisturbed')
      const whole = await importFrom(source, root)
      expectImported(whole)
      ahead = {
        calls: Number(/^calls: (\d+)$/m.exec(whole.stderr)?.[1]),
        workers: Number(/^workers: (\d+)$/m.exec(whole.stderr)?.[1]),
      }
      undisturbed = stateOf(source, root, begun)
    }, 120_000)

    afterAll(() => {
      for (const path of new Set([folder, sources]))
        if (path) rmSync(path, { recursive: true, force: true })
      // Imports that came to their end sooner would have been killed too seldom.
      if (!across || hasMemory) expect(killed).toBeGreaterThan((SERIES * KILLS) / 2)
    })

    /** The first kill is in the first half, each other one soon after the point that was reached. */
    const pointOf = ({ at, share }: Kill, isFirst: boolean): Record<string, string> => {
      const calls = ahead.calls / (isFirst ? 2 : 4)
      const workers = isFirst ? ahead.workers / 2 : 3
      return at === 'call'
        ? { KILL_AT_CALL: String(1 + Math.floor(share * calls)) }
        : { KILL_AT_WORKER: String(1 + Math.floor(share * workers)) }
    }

    const kill = across && !hasMemory ? it.skip : it.concurrent
    kill.each(seriesOf(variant + transfer + across))(
      `loses nothing, however often, and is continued (seed ${SEED}, series $number)`,
      async ({ number, kills }) => {
        const { source, root } = fresh(String(number))
        for (const [index, each] of kills.entries()) {
          const run = await untilFree(() =>
            importFrom(source, root, {
              ...pointOf(each, index === 0),
              KILL_AFTER: String(each.millis),
              ...(each.alone ? { KILL_ALONE: '1' } : {}),
            }),
          )
          if (index === 0) expect(run.exitCode).toBe(-1)
          // It came to its end before the point.
          if (run.exitCode !== -1) break
          killed += 1
          expect({ kill: index, missing: missing(hashes, [source, root]) }).toEqual({
            kill: index,
            missing: [],
          })
        }

        const resumed = await untilFree(() => importFrom(source, root))
        expectImported(resumed)
        expect(stateOf(source, root, begun)).toEqual(undisturbed)
        // Nothing is left to do.
        const place = ['--root', root, '--transfer', transfer]
        const again = await command('import', source, ...place, '--json')
        expect(JSON.parse(again.stdout)).toMatchObject({
          counts: { done: 0, failed: 0 },
          changes: [],
        })
        rmSync(source, { recursive: true })
        rmSync(root, { recursive: true })
      },
      240_000,
    )
  },
)

/** The same for every run with the same seed. */
function seriesOf(name: string): { number: number; kills: Kill[] }[] {
  const random = randomFrom(`${SEED} ${name}`)
  const killOf = (index: number): Kill => ({
    at: index % 4 === 3 ? 'worker' : 'call',
    share: random(),
    millis: Math.floor(random() * 20),
    alone: index % 8 === 7,
  })
  return Array.from({ length: SERIES }, (_, series) => ({
    number: series + 1,
    kills: Array.from({ length: KILLS }, (_each, index) => killOf(series + index)),
  }))
}

/** Numbers from 0 to below 1, out of a checksum. */
function randomFrom(seed: string): () => number {
  let count = 0
  return () => {
    const hash = createHash('sha256').update(`${seed} ${(count += 1)}`)
    return hash.digest().readUInt32BE() / 2 ** 32
  }
}

/** A program that outlived the killed run still counts as a run. */
async function untilFree(start: () => Promise<Run>): Promise<Run> {
  for (;;) {
    const run = await start()
    if (run.exitCode !== 4) return run
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function hashesOf(...roots: string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const root of roots)
    for (const path of entriesBelow(root)) {
      const bytes = pathBytes(root, path)
      if (!lstatSync(bytes).isFile()) continue
      const hash = createHash('sha256').update(readFileSync(bytes)).digest('hex')
      counts.set(hash, (counts.get(hash) ?? 0) + 1)
    }
  return counts
}

/** The contents of the source that are neither there any more nor at the destination. */
function missing(before: ReadonlyMap<string, number>, roots: string[]): string[] {
  const now = hashesOf(...roots)
  return [...before].flatMap(([hash, count]) => ((now.get(hash) ?? 0) < count ? [hash] : []))
}

function stateOf(source: string, root: string, begun: number) {
  const accounts = ['passwd', 'group', 'shadow'].map((name) => byteText(join(root, 'etc', name)))
  return {
    databases: databaseTexts(join(root, DATABASES)),
    accounts: accounts.map((text) => text.split('\n')),
    queue: byteText(join(root, MIGRATION, 'events.jsonl')).split('\n'),
    // The report of each run lies there under the name of its run, too.
    files: manifestOf(root, NOT_COMPARED)
      .split('\n')
      .filter((line) => !/report-\d{8}T\d{6}Z-\d+\.(json|txt)"$/.test(line)),
    times: timesOf(root, begun),
    // A folder that a killed run has begun to empty may stay, emptied.
    source: manifestOf(source, NOTHING)
      .split('\n')
      .filter((line) => !line.startsWith('d ')),
    secrets: manifestOf(join(root, MIGRATION, 'secrets'), NOTHING)
      .split('\n')
      .map((line) => line.replace(/ [0-9a-f]{16} /, ' ')),
    scraps: [source, root].flatMap((tree) =>
      entriesBelow(tree).filter((path) =>
        /\.nethserver-migrate|\.lock$|db\/\w+\.[0-9a-f]{16}$/.test(path),
      ),
    ),
  }
}

/** The times that files and folders have brought along: those from before the test. */
function timesOf(root: string, before: number): string[] {
  return entriesBelow(root)
    .map((path) => ({ path, time: lstatSync(pathBytes(root, path)).mtimeMs }))
    .filter(({ time }) => time < before)
    .map(({ path, time }) => `${withoutTimestamp(path)} ${time}`)
    .sort()
}
