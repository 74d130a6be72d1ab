import { existsSync, readFileSync } from 'node:fs'
import { MigrateError } from '../errors.js'
import { joinPath, toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import type { QueuedTask } from '../host/staged-host.js'
import { secretPath, stateFolder } from '../host/state-folder.js'

/** One whole line of the queue. */
export interface QueueLine {
  /** From 1 on, as an editor counts. */
  readonly number: number
  /** Where the line begins, in bytes. */
  readonly offset: number
  readonly task: QueuedTask
  /** How many lines before it say the same. */
  readonly occurrence: number
}

/** The queue cannot be followed. */
export class QueueError extends MigrateError {
  override readonly name = 'QueueError'

  static damaged(path: string, line: number) {
    return new QueueError(
      'QUEUE_DAMAGED',
      `${path} cannot be replayed: line ${line} is no event and no command`,
      'restore the file from the staged destination, or mend the line by hand, then run the same command again',
    )
  }

  static inputMissing(path: string) {
    return new QueueError(
      'INPUT_MISSING',
      `cannot read ${path}, which the command wants as its input: it was not run`,
      'restore the file from the staged destination, then run the same command again',
    )
  }

  static undoMissing(path: string) {
    return new QueueError(
      'STAGED_ACCOUNTS_UNKNOWN',
      `cannot read ${path}: what the import has staged cannot be told from what the host has`,
      'restore the file from the staged destination, then run the same command again',
    )
  }
}

/** The queue of a staged destination. docs/staging.md#the-queue */
export function queuePath(root: Bytes): Bytes {
  return joinPath(stateFolder(root), 'events.jsonl')
}

/**
 * All whole lines of a queue, in order; none where there is no queue. A last line that a crash cut
 * short was never queued.
 * @throws QueueError for a line that cannot be read: to leave one out could do harm.
 */
export function readQueue(root: Bytes): QueueLine[] {
  const path = queuePath(root)
  if (!existsSync(toBuffer(path))) return []
  const lines: QueueLine[] = []
  const seen = new Map<string, number>()
  let offset = 0
  const texts = readFileSync(toBuffer(path), 'latin1').split('\n').slice(0, -1)
  for (const [index, line] of texts.entries()) {
    if (line.trim() !== '') {
      const task = parseTask(toBuffer(line).toString('utf8'))
      if (!task) throw QueueError.damaged(toDisplay(path), index + 1)
      const text = JSON.stringify(task)
      const occurrence = seen.get(text) ?? 0
      seen.set(text, occurrence + 1)
      lines.push({ number: index + 1, offset, task, occurrence })
    }
    offset += line.length + 1
  }
  return lines
}

function parseTask(line: string): QueuedTask | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isTask(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isTask(value: unknown): value is QueuedTask {
  if (typeof value !== 'object' || value === null) return false
  const has = (key: string, type: string) =>
    !(key in value) || typeof Reflect.get(value, key) === type
  if (!has('together', 'string') || !has('always', 'boolean') || !has('input', 'string'))
    return false
  if ('event' in value)
    return typeof value.event === 'string' && 'args' in value && isWords(value.args)
  return 'command' in value && isWords(value.command) && value.command.length > 0
}

function isWords(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((word) => typeof word === 'string')
}

/** The private files that a task reads, as the queue names them. */
export function secretsOf(task: QueuedTask): string[] {
  const words = 'event' in task ? task.args : task.input === undefined ? [] : [task.input]
  return words.filter((word) => word.startsWith(secretPath('')))
}
