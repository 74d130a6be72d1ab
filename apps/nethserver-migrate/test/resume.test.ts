// An import that is killed and started again must end as one that was left alone.
import { mkdtempSync, rmSync } from 'node:fs'
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
  manifestOf,
  MIGRATION,
  type LeftOut,
  type Variant,
} from './helpers/tree.js'

const HOOK = fileURLToPath(new URL('./helpers/kill-at-flush.cjs', import.meta.url))
const KILLS = 10

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

describe.each<Variant>(['n6', 'n7'])('an import into a staged %s that is killed', (variant) => {
  let folder: string
  let undisturbed: ReturnType<typeof stateOf>
  let flushes: number

  const importInto = (root: string, env: Record<string, string> = {}): Promise<Run> =>
    node(['--require', HOOK, COMMAND, 'import', SAMPLE_BACKUP, '--root', root], env)

  const stage = async (name: string) => {
    const root = join(folder, name)
    expectSuccess(await command('stage', root, '--like', variant.slice(1)))
    return root
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'resume-'))
    const root = await stage('undisturbed')
    const whole = await importInto(root)
    expectImported(whole)
    flushes = Number(/^flushes: (\d+)$/m.exec(whole.stderr)?.[1])
    undisturbed = stateOf(root)
  }, 60_000)

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(Array.from({ length: KILLS }, (_, index) => index))(
    'ends in the same state when it is started again (point %i of ten)',
    async (point) => {
      expect(flushes).toBeGreaterThan(KILLS)
      const root = await stage(`killed-${point}`)
      const killAt = 1 + Math.floor((point * (flushes - 1)) / (KILLS - 1))

      const killed = await importInto(root, { KILL_AT_FLUSH: String(killAt) })
      expect(killed.exitCode).toBe(-1)
      const resumed = await importInto(root)

      expectImported(resumed)
      expect(stateOf(root)).toEqual(undisturbed)
      const again = await command('import', SAMPLE_BACKUP, '--root', root, '--json')
      expect(JSON.parse(again.stdout)).toMatchObject({
        counts: { done: 0, failed: 0 },
        changes: [],
      })
    },
    60_000,
  )
})

function stateOf(root: string) {
  return {
    databases: databaseTexts(join(root, DATABASES)),
    queue: byteText(join(root, MIGRATION, 'events.jsonl')).split('\n'),
    files: manifestOf(root, NOT_COMPARED).split('\n'),
    secrets: manifestOf(join(root, MIGRATION, 'secrets'), { paths: [], but: [] })
      .split('\n')
      .map((line) => line.replace(/ [0-9a-f]{16} /, ' ')),
  }
}
