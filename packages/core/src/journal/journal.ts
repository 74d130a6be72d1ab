import {
  closeSync,
  existsSync,
  fdatasyncSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs'
import { describeError, MigrateError } from '../errors.js'
import { joinPath, parentOf, toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import { writeDurably } from '../files/durable-write.js'
import type { FolderTimes } from '../files/transfer-plan.js'
import type { Change, Outcome } from '../destination/changes.js'

/** Who asked for the run, and from what. */
export interface RunHeader {
  readonly id: string
  /** ISO 8601, UTC. */
  readonly at: string
  /** What the run was for: an import, or something after it. */
  readonly event: string
  readonly sourceHost: string
  readonly sourcePath: string
  /** Of the whole source; nothing for a run that has only a part of it. */
  readonly fingerprint?: string
}

/** What is written down before an operation is performed. Never holds a secret. */
export interface JournalledOperation {
  /** What the operation is about, the same in every run: `record:accounts/mrossi`. */
  readonly key: string
  readonly plugin: string
  readonly action: string
  readonly change: Change
  /** What an undo needs beside the change itself. */
  readonly steps?: readonly (readonly [from: Bytes, to: Bytes])[]
  /** The times that folders get back once they are filled. */
  readonly folders?: readonly FolderTimes[] | undefined
}

type JournalLine =
  | { readonly run: RunHeader }
  | { readonly begin: number; readonly checkpoint: number; readonly operation: JournalledOperation }
  | { readonly end: number; readonly outcome: Outcome; readonly error?: string }
  | { readonly finished: string; readonly status: string }
  | { readonly restarted: Restarted }

/** What is left of the journal of a source that was begun anew. */
interface Restarted {
  readonly at: string
  readonly sourceHost: string
  /** What earlier runs have done, or begun: it is still theirs. */
  readonly made: readonly string[]
  /** When the first run of each event began. */
  readonly firstRuns: readonly (readonly [event: string, at: string])[]
}

/** How an operation that was begun has ended. */
export interface EndedOperation {
  /** What `begin` gave for it. */
  readonly id: number
  readonly key: string
  readonly plugin: string
  readonly outcome: Outcome
  /** The code of the error of a failed one. */
  readonly error?: string | undefined
}

/** An operation that was begun; more than once, where several runs were killed. */
export interface Unfinished {
  readonly id: number
  readonly plugin: string
  readonly checkpoint: number
  readonly change: Change
  /** Those of the last beginning, which has the earlier ones too. */
  readonly folders?: readonly FolderTimes[] | undefined
}

/**
 * The append-only record of everything that was done to a destination: one JSON object a line,
 * flushed to disk before and after each operation (or batch of operations), so that a run that
 * was killed is continued and nothing is done twice. docs/journal.md
 */
export class Journal {
  readonly path: Bytes
  readonly #header: RunHeader
  readonly #done = new Map<string, number>()
  readonly #doneByPlugin = new Map<string, number>()
  readonly #unfinished = new Map<string, Unfinished>()
  /** What was done before the import was begun anew. */
  readonly #made = new Set<string>()
  #sequence = 0
  #interrupted = false
  #lastFingerprint: string | undefined
  readonly #firstRuns = new Map<string, string>()
  #goodBytes = 0
  #file: number | undefined
  #failure: JournalError | undefined

  private constructor(path: Bytes, header: RunHeader) {
    this.path = path
    this.#header = header
  }

  /**
   * Reads what earlier runs with the same source host did. A last line that was cut short by a
   * crash is dropped.
   * @throws JournalError for a line in the middle that cannot be read.
   */
  static open(path: Bytes, header: RunHeader): Journal {
    const journal = new Journal(path, header)
    journal.#read()
    return journal
  }

  /** When the first run with this source that changed something began, by its event. */
  firstRun(event: string): string | undefined {
    return this.#firstRuns.get(event)
  }

  /** Whether an earlier run of this event with this source was killed or interrupted. */
  get interrupted(): boolean {
    return this.#interrupted
  }

  /** How many operations earlier runs with this source have done. */
  get doneBefore(): number {
    return this.#done.size
  }

  /** Whether the databases or accounts of the source are not those of this event's last run. */
  get sourceChanged(): boolean {
    return this.#lastFingerprint !== undefined && this.#lastFingerprint !== this.#header.fingerprint
  }

  wasDone(key: string): boolean {
    return this.#done.has(key)
  }

  /** Whether a run with this source has done or begun this, also before it was begun anew. */
  isOurs(key: string): boolean {
    return this.#done.has(key) || this.#unfinished.has(key) || this.#made.has(key)
  }

  /**
   * Begins anew: nothing counts as done any more, but what was made stays known as ours. The
   * journal is set aside as it is; what it holds of other sources goes on.
   * @param mode `plan`: only for this run, nothing is written.
   * @returns where the old journal lies; nothing when there was none of this source.
   */
  restart(mode: 'plan' | 'apply'): Bytes | undefined {
    const { at, sourceHost } = this.#header
    const made = [...new Set([...this.#made, ...this.#done.keys(), ...this.#unfinished.keys()])]
    if (made.length === 0) return undefined
    const aside = joinPath(parentOf(this.path), `journal-${at.replace(/[-:.]/g, '')}.jsonl`)
    if (mode === 'apply') {
      const restarted = { at, sourceHost, made, firstRuns: [...this.#firstRuns] }
      const lines = [...this.#linesOfOthers(), JSON.stringify({ restarted } satisfies JournalLine)]
      const text = Buffer.from(lines.map((line) => `${line}\n`).join(''))
      linkSync(toBuffer(this.path), toBuffer(aside))
      writeDurably(this.path, text.toString('latin1'), { mode: 0o600 })
      this.#goodBytes = text.length
    }
    for (const key of made) this.#made.add(key)
    for (const known of [this.#done, this.#doneByPlugin, this.#unfinished]) known.clear()
    this.#interrupted = false
    return aside
  }

  /**
   * When, in the order of all done operations, a plugin has done this one last; 0 means never. Two
   * plugins may change one record: each applies what it has changed itself.
   */
  doneSequence(key: string, plugin: string): number {
    return this.#doneByPlugin.get(pluginKey(plugin, key)) ?? 0
  }

  /** The operation with this key that was begun and whose end nobody wrote down. */
  unfinished(key: string): Unfinished | undefined {
    return this.#unfinished.get(key)
  }

  /** Writes down what is about to be done; on disk when this returns. Gives the ids for `end`. */
  begin(operations: readonly JournalledOperation[], checkpoint: number): number[] {
    const ids = operations.map(() => ++this.#sequence)
    this.#append(
      operations.map((operation, index) => ({ begin: ids[index] ?? 0, checkpoint, operation })),
    )
    operations.forEach((operation, index) => this.#begun(ids[index] ?? 0, operation, checkpoint))
    return ids
  }

  /**
   * Writes down that a killed run had done this operation after all: what it wanted holds. Without
   * that, an event that applies the operation would never be signalled.
   */
  adopt(key: string): void {
    const unfinished = this.#unfinished.get(key)
    if (unfinished) this.end([{ ...unfinished, key, outcome: 'done' }])
  }

  /** Writes down how it ended; on disk when this returns. */
  end(results: readonly EndedOperation[]): void {
    this.#append(
      results.map(({ id, outcome, error }) => ({
        end: id,
        outcome,
        ...(error === undefined ? {} : { error }),
      })),
    )
    for (const { key, plugin, outcome } of results) this.#ended(key, plugin, outcome)
  }

  /** Writes down that the run came to its end. Nothing is written by a run that did nothing. */
  finish(status: string): void {
    if (this.#file === undefined && !this.#interrupted) return
    this.#append([{ finished: this.#header.id, status }])
    this.close()
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #begun(id: number, operation: JournalledOperation, checkpoint: number): void {
    const { key, plugin, change, folders } = operation
    const first = this.#unfinished.get(key) ?? { id, plugin, checkpoint, change }
    this.#unfinished.set(key, { ...first, folders })
  }

  #ended(key: string, plugin: string, outcome: Outcome): void {
    this.#unfinished.delete(key)
    if (outcome !== 'done') return
    this.#sequence += 1
    this.#done.set(key, this.#sequence)
    this.#doneByPlugin.set(pluginKey(plugin, key), this.#sequence)
  }

  /** @throws JournalError, from then on always: nothing is done that is not written down. */
  #append(lines: readonly JournalLine[]): void {
    if (this.#failure) throw this.#failure
    try {
      this.#write(lines)
    } catch (error) {
      this.#failure = JournalError.notWritten(toDisplay(this.path), describeError(error).message)
      throw this.#failure
    }
  }

  #write(lines: readonly JournalLine[]): void {
    if (this.#file === undefined) {
      mkdirSync(toBuffer(parentOf(this.path)), { recursive: true, mode: 0o700 })
      this.#file = openSync(toBuffer(this.path), 'a', 0o600)
      ftruncateSync(this.#file, this.#goodBytes)
      lines = [{ run: this.#header }, ...lines]
    }
    const text = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    for (let written = 0; written < text.length;) written += writeSync(this.#file, text, written)
    fdatasyncSync(this.#file)
    this.#goodBytes += text.length
  }

  #linesOfOthers(): string[] {
    let ours = false
    return this.#wholeLines().filter((line) => {
      const entry = parseLine(line)
      if (!entry) return false
      ours = this.#isOfOurSource(entry) ?? ours
      return !ours
    })
  }

  /** Whether what follows belongs to our source; nothing when the line does not say. */
  #isOfOurSource(entry: JournalLine): boolean | undefined {
    const { sourceHost } = this.#header
    if ('run' in entry) return entry.run.sourceHost === sourceHost
    if ('restarted' in entry) return entry.restarted.sourceHost === sourceHost
    return undefined
  }

  /** All lines but a last one that was cut short. */
  #wholeLines(): string[] {
    const content = readFileSync(toBuffer(this.path))
    this.#goodBytes = content.lastIndexOf('\n') + 1
    return content.toString('utf8', 0, this.#goodBytes).split('\n')
  }

  #read(): void {
    if (!existsSync(toBuffer(this.path))) return
    const begun = new Map<number, { key: string; plugin: string }>()
    let ours = false
    let sameEvent = false
    this.#wholeLines().forEach((line, index) => {
      if (line === '') return
      const entry = parseLine(line)
      if (!entry) throw JournalError.damaged(toDisplay(this.path), index + 1)
      ours = this.#isOfOurSource(entry) ?? ours
      if ('run' in entry) {
        sameEvent = ours && entry.run.event === this.#header.event
        if (ours && !this.#firstRuns.has(entry.run.event))
          this.#firstRuns.set(entry.run.event, entry.run.at)
        if (!sameEvent) return
        this.#interrupted = true
        this.#lastFingerprint = entry.run.fingerprint ?? this.#lastFingerprint
      } else if ('begin' in entry) {
        this.#sequence = Math.max(this.#sequence, entry.begin)
        if (!ours) return
        const { begin: id, checkpoint } = entry
        begun.set(id, entry.operation)
        this.#begun(id, entry.operation, checkpoint)
      } else if ('end' in entry) {
        const operation = begun.get(entry.end)
        if (ours && operation) this.#ended(operation.key, operation.plugin, entry.outcome)
      } else if ('restarted' in entry) {
        const { made, firstRuns } = entry.restarted
        if (ours) for (const key of made) this.#made.add(key)
        if (ours) for (const [event, at] of firstRuns) this.#firstRuns.set(event, at)
      } else if (sameEvent) this.#interrupted = false
    })
  }
}

export class JournalError extends MigrateError {
  override readonly name = 'JournalError'

  static notWritten(path: string, why: string) {
    return new JournalError(
      'JOURNAL_NOT_WRITTEN',
      `${path} cannot be written: ${why}: the import stops here`,
      'make room on the disk, then run the same command again: it goes on',
    )
  }

  static damaged(path: string, line: number) {
    return new JournalError(
      'JOURNAL_DAMAGED',
      `${path} cannot be read: line ${line} is damaged`,
      'restore the journal from a backup; without it the migration does not know what it has done',
    )
  }
}

function pluginKey(plugin: string, key: string): string {
  return `${plugin} ${key}`
}

/** A line as this program wrote it, or nothing. */
function parseLine(line: string): JournalLine | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  return isJournalLine(value) ? value : undefined
}

function isJournalLine(value: unknown): value is JournalLine {
  if (typeof value !== 'object' || value === null) return false
  return ['run', 'begin', 'end', 'finished', 'restarted'].some((kind) => kind in value)
}
