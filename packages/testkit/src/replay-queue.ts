import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Testbed } from './testbed.js'

interface QueuedTask {
  readonly event?: string
  readonly args?: readonly string[]
  readonly command?: readonly string[]
  readonly input?: string
  readonly together?: string
  readonly always?: true
}

/**
 * Runs what waits in the queue of a staged destination with the programs on the search path, as the
 * first boot would: docs/staging.md#the-queue
 * @returns the first word of each that failed.
 */
export function replayQueue({ root }: Testbed): string[] {
  const queue = readFileSync(join(root, 'var/lib/nethserver/migration/events.jsonl'), 'utf8')
  const failed: string[] = []
  const failedTogether = new Set<string>()
  for (const line of queue.split('\n').filter(Boolean)) {
    const { event, args = [], command, input, together, always } = JSON.parse(line) as QueuedTask
    if (together !== undefined && failedTogether.has(together) && !always) continue
    const words = command ?? ['signal-event', event ?? '', ...args]
    // For the replaying host, the tree is all there is.
    const [program = '', ...rest] = words.map((word) =>
      word.replaceAll('/var/lib/', `${root}/var/lib/`),
    )
    const { status } = spawnSync(program, rest, {
      input: input === undefined ? '' : readFileSync(join(root, input)),
    })
    if (status === 0) continue
    failed.push(program)
    if (together !== undefined) failedTogether.add(together)
  }
  return failed
}
