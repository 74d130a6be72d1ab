import { trimBlanks, type Bytes } from '@nethserver-migrate/core'

/** What the tags of a file are called. */
export type QueueKind = 'Printer' | 'Class'

/** A printer or class: a block of `printers.conf` or `classes.conf`. */
export interface Queue {
  readonly kind: QueueKind
  readonly name: Bytes
  readonly isDefault: boolean
  /** What stands between its tags. A device may hold a password: never show it. */
  readonly lines: readonly Bytes[]
}

export interface QueueFile {
  readonly queues: readonly Queue[]
  /** What could not be understood, and where; not its text, which may hold a password. */
  readonly problems: readonly string[]
}

/** Reads a file of queues. One that is not whole becomes a problem; the others are read. */
export function parseQueues(text: Bytes, kind: QueueKind): QueueFile {
  const reader = new QueueReader(kind)
  for (const line of text.split('\n')) reader.read(line)
  return reader.end()
}

/** The block of a queue, as {@link parseQueues} reads it. */
export function formatQueue({ kind, name, isDefault, lines }: Queue): Bytes {
  const tags = [`<${isDefault ? 'Default' : ''}${kind} ${name}>`, `</${kind}>`] as const
  return [tags[0], ...lines, tags[1], ''].join('\n')
}

/** The values of a directive of a queue, without blanks around them. */
export function valuesOf({ lines }: Queue, directive: string): Bytes[] {
  return lines.flatMap((line) => {
    const [, word = '', value = ''] = /^[ \t]*([^ \t]+)[ \t]+(.*?)\r?$/.exec(line) ?? []
    return word.toLowerCase() === directive.toLowerCase() ? [trimBlanks(value)] : []
  })
}

/** Names are the same in any case of letters: this is how they are compared. */
export function foldName(name: Bytes): Bytes {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

interface OpenQueue {
  readonly queue: Queue
  readonly lines: Bytes[]
  readonly startsAt: number
  /** Something in it was not understood, and was said. */
  broken: boolean
}

const TAG = /^[ \t]*<(\/?)(Default)?(Printer|Class)(?:[ \t]+([^>]*?))?[ \t]*>[ \t\r]*$/i

class QueueReader {
  readonly #kind: QueueKind
  readonly #queues: Queue[] = []
  readonly #problems: string[] = []
  #open: OpenQueue | undefined
  #line = 0

  constructor(kind: QueueKind) {
    this.#kind = kind
  }

  read(line: Bytes): void {
    this.#line += 1
    if (!/^[ \t]*</.test(line)) {
      this.#open?.lines.push(line)
      return
    }
    const [tag, slash, byDefault, word = '', name = ''] = TAG.exec(line) ?? []
    if (tag === undefined || word.toLowerCase() !== this.#kind.toLowerCase())
      this.#say('a tag that has no place there')
    else if (slash) this.#close()
    else this.#begin(name, byDefault !== undefined)
  }

  end(): QueueFile {
    this.#giveUp()
    return { queues: this.#queues, problems: this.#problems }
  }

  #begin(name: Bytes, isDefault: boolean): void {
    this.#giveUp()
    const lines: Bytes[] = []
    const queue = { kind: this.#kind, name, isDefault, lines }
    this.#open = { queue, lines, startsAt: this.#line, broken: false }
    if (!isQueueName(name)) this.#say('no valid name')
  }

  #close(): void {
    if (!this.#open) this.#say('an end without a beginning')
    else if (!this.#open.broken) this.#queues.push(this.#open.queue)
    this.#open = undefined
  }

  /** A queue that has no end. */
  #giveUp(): void {
    if (this.#open && !this.#open.broken)
      this.#problems.push(`line ${this.#open.startsAt}: a beginning without an end`)
    this.#open = undefined
  }

  #say(problem: string): void {
    this.#problems.push(`line ${this.#line}: ${problem}`)
    if (this.#open) this.#open.broken = true
  }
}

/** What the printing service takes for a name; more would not be a name of a file. */
function isQueueName(name: Bytes): boolean {
  return name.length < 128 && /^[^\x00-\x20\x7f/#<>]+$/.test(name)
}
