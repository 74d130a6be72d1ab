import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'vitest'
import { bundled, firstBoot as boot, type FirstBoot } from '@nethserver-migrate/testkit'
import type { QueuedTask } from '../../src/host/staged-host.js'
import type { Report } from '../../src/report/report.js'

const STATE = 'var/lib/nethserver/migration'

/** A host that a staged destination has become, and its replay. */
export interface ReplayingHost extends FirstBoot {
  /** @param after so many lines the replay is killed, or asked to stop */
  replay(
    mode?: 'apply' | 'plan',
    after?: { readonly lines: number; readonly signal: 'SIGKILL' | 'SIGTERM' },
  ): Report & { readonly refused?: string }
}

/** Writes the queue of a host by hand. */
export function writeQueue(root: string, tasks: readonly QueuedTask[]): void {
  mkdirSync(join(root, STATE, 'secrets'), { recursive: true })
  const lines = tasks.map((task) => `${JSON.stringify(task)}\n`)
  writeFileSync(join(root, STATE, 'events.jsonl'), lines.join(''))
}

/** @param commands name → text of further programs that the queue calls */
export function firstBoot(
  context: TestContext,
  root: string,
  commands: Readonly<Record<string, string>> = {},
): ReplayingHost {
  const host = boot(context, root, commands)
  const program = bundled(new URL('../programs/replay.ts', import.meta.url))
  return {
    ...host,
    replay(mode = 'apply', after) {
      const args = after ? [String(after.lines), after.signal] : []
      const { stdout, stderr, signal, status } = host.run([
        ...[process.execPath, program, mode],
        ...args,
      ])
      if (stdout === '' && signal !== 'SIGKILL' && status !== 137)
        throw new Error(`the replay ended with ${status}: ${stderr}`)
      return JSON.parse(stdout || '{"refused":"killed"}') as Report & { refused?: string }
    },
  }
}
