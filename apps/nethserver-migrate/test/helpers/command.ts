import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { expect } from 'vitest'

/** The bundle that ships; the test command builds it first. */
export const COMMAND = fileURLToPath(new URL('../../dist/nethserver-migrate.mjs', import.meta.url))
export const SAMPLE_BACKUP = fileURLToPath(
  new URL('../../../../examples/acme-sme8.tgz', import.meta.url),
)

export interface Run {
  exitCode: number
  stdout: string
  stderr: string
}

/** Runs the command as a person would. */
export async function command(...args: string[]): Promise<Run> {
  return node([COMMAND, ...args])
}

/** Runs a program of Node; one that was killed has no exit code: -1. */
export async function node(
  args: readonly string[],
  env: Record<string, string> = {},
  program = process.execPath,
): Promise<Run> {
  const {
    exitCode = -1,
    stdout,
    stderr,
  } = await execa(program, args, {
    reject: false,
    stdin: 'ignore',
    env,
  })
  return { exitCode, stdout, stderr }
}

/**
 * The sample backup holds a password that no database can hold: its import ends with 1 and names it.
 * Shows what the command said when it ended otherwise.
 */
export function expectImported({ exitCode, stdout, stderr }: Run): void {
  expect({ exitCode, said: exitCode === 1 ? '' : stdout + stderr }).toEqual({
    exitCode: 1,
    said: '',
  })
}

/** Shows what the command said when it failed. */
export function expectSuccess({ exitCode, stderr }: Run): void {
  expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' })
}
