import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const COMMAND = fileURLToPath(new URL('../dist/nethserver-migrate.mjs', import.meta.url))
/** What a host starts: it gives Node the limits of docs/performance.md#memory. */
const LAUNCHER = fileURLToPath(
  new URL('../../../tooling/rpm/files/nethserver-migrate', import.meta.url),
)
const HOOK = fileURLToPath(new URL('peak-memory.cjs', import.meta.url))

/** Seconds that a program takes; it must succeed. */
export function timed(program: string, ...args: readonly string[]): number {
  const started = process.hrtime.bigint()
  const { status, stderr } = spawnSync(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  })
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  if (status !== 0) throw new Error(`${program} ${args[0] ?? ''} ended with ${status}: ${stderr}`)
  return seconds
}

/** Started as a host does it, with this Node. */
export function migrate(...args: readonly string[]): number {
  const launcher = join(tmpdir(), `nethserver-migrate-${process.pid}`)
  const text = readFileSync(LAUNCHER, 'utf8')
  writeFileSync(launcher, text.replace(/^home=.*$/m, `home=${dirname(COMMAND)}`), { mode: 0o755 })
  process.env['PATH'] = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`
  try {
    return timed(launcher, ...args)
  } finally {
    rmSync(launcher)
  }
}

/** The same, and the most memory that the command itself had, in MB. */
export function migrateMeasured(...args: readonly string[]): { seconds: number; memory: number } {
  const file = join(tmpdir(), `nethserver-migrate-peak-${process.pid}`)
  Object.assign(process.env, { PEAK_MEMORY_FILE: file, NODE_OPTIONS: `--require ${HOOK}` })
  const seconds = migrate(...args)
  delete process.env['NODE_OPTIONS']
  const memory = Number(readFileSync(file, 'utf8')) / 1000
  rmSync(file)
  return { seconds, memory }
}

/** The best of several rounds of each; they take turns, so that all have the same weather. */
export function inTurns<Name extends string>(
  rounds: number,
  programs: Readonly<Record<Name, () => number>>,
): Record<Name, number> {
  const best = {} as Record<Name, number>
  for (let round = 0; round < rounds; round += 1)
    for (const name of Object.keys(programs) as Name[])
      best[name] = Math.min(best[name] ?? Infinity, programs[name]())
  return best
}
