import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const COMMAND = fileURLToPath(new URL('../dist/nethserver-migrate.mjs', import.meta.url))
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

export function migrate(...args: readonly string[]): number {
  return timed(process.execPath, COMMAND, ...args)
}

/** The same, and the most memory that the command itself had, in MB. */
export function migrateMeasured(...args: readonly string[]): { seconds: number; memory: number } {
  const file = join(tmpdir(), `nethserver-migrate-peak-${process.pid}`)
  process.env['PEAK_MEMORY_FILE'] = file
  const seconds = timed(process.execPath, '--require', HOOK, COMMAND, ...args)
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
