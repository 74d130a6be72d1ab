import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Testbed } from '@nethserver-migrate/testkit'

const STATE = 'var/lib/nethserver/migration'

export const journalOf = ({ root }: Testbed) => join(root, STATE, 'journal.jsonl')
export const queueOf = ({ root }: Testbed) => join(root, STATE, 'events.jsonl')

/**
 * Leaves the journal as a run does that is killed after it has written the last line that holds
 * `text`: what the run has done since is done, and not written down.
 */
export function forgetAfter(bed: Testbed, text: string): void {
  forgetAfterIn(journalOf(bed), text)
}

export function forgetAfterIn(journal: string, text: string): void {
  const lines = readFileSync(journal, 'utf8').split('\n')
  const last = lines.reduce((found, line, index) => (line.includes(text) ? index : found), -1)
  if (last < 0) throw new Error(`no line of the journal holds ${text}`)
  const kept = lines.slice(0, last + 1).map((line) => `${line}\n`)
  writeFileSync(journal, kept.join(''))
}
