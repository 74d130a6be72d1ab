import { toDisplay, type Bytes } from '../files/bytes.js'
import { BEGINNING, firstWords, useOf } from './dump-statements.js'
import { DumpError } from './errors.js'

/**
 * What of a dump is loaded: `everything`, or a second time only views, triggers, routines and
 * events, which cannot be moved with their tables.
 */
export type DumpPart = 'everything' | 'objects'

/** Where the text stands. */
type Place = 'plain' | 'opener' | 'M-opener' | 'dashes' | 'line comment' | 'comment' | 'quoted'

/** Tells the client what ends a statement from now on. */
const DELIMITER = /^DELIMITER[ \t]+([^ \t\r]+)?/i
/** A first line of newer dumps: the client is to obey no commands. */
const SAFE_MODE = /^\/\*M?!999999\\/

const [TAB, LF, SPACE, BANG, DOUBLE, HASH, SINGLE] = [0x09, 0x0a, 0x20, 0x21, 0x22, 0x23, 0x27]
const [STAR, DASH, SLASH, CAPITAL_M] = [0x2a, 0x2d, 0x2f, 0x4d]
const [BACKSLASH, BACKTICK] = [0x5c, 0x60]

/**
 * Passes a dump on as it streams by, for a database of any name: statements that choose or make
 * the database by its name are left out, those that do not belong in the dump of one database are
 * refused. Line ends stay, so that the server counts the dump's own lines. Holds little more than
 * one chunk, whatever the dump is.
 */
export class DumpFilter {
  readonly #file: string
  readonly #database: Bytes
  readonly #part: DumpPart
  #hasObjects = false
  #place: Place = 'plain'
  #quote = 0
  #escaped = false
  /** The last byte, where two together mean something. */
  #previous = 0
  #delimiter: Buffer = Buffer.from(';')
  #delimiterOfLetters = false
  #delimiterSeen = 0
  /** Between statements, in one that is not understood yet, or in one whose use is known. */
  #statement: 'none' | 'begun' | 'keep' | 'drop' = 'none'
  /** The statement begins with this slash or dash, unless that opens a comment. */
  #tentative = false
  /** The beginning of a statement that is not understood yet, from earlier chunks. */
  #held: Buffer[] = []
  #lines = 1

  /**
   * @param file what messages call the dump.
   * @param database the only one that it may name.
   */
  constructor(file: string, database: Bytes, part: DumpPart) {
    this.#file = file
    this.#database = database
    this.#part = part
  }

  /** Whether the dump so far makes views, triggers, routines or events. */
  get hasObjects(): boolean {
    return this.#hasObjects
  }

  /**
   * The part of a chunk that is loaded.
   * @throws DumpError for a statement that is not.
   */
  push(chunk: Buffer): Buffer[] {
    const pass = new Pass(chunk)
    for (let at = 0; at < chunk.length; at += 1) {
      at = this.#stepOver(chunk, at)
      const byte = chunk[at] ?? 0
      switch (this.#place) {
        case 'quoted':
          if (this.#escaped) this.#escaped = false
          else if (byte === BACKSLASH) this.#escaped = this.#quote !== BACKTICK
          else if (byte === this.#quote) this.#place = 'plain'
          break
        case 'plain':
          this.#plain(byte, at, pass)
          break
        case 'line comment':
          if (byte === LF) this.#place = 'plain'
          break
        case 'comment':
          if (byte === SLASH && this.#previous === STAR) this.#leave('plain')
          else this.#previous = byte
          break
        case 'opener':
        case 'M-opener':
          if (byte === BANG) this.#leave('plain')
          else if (byte === CAPITAL_M && this.#place === 'opener') this.#place = 'M-opener'
          else {
            this.#opens('comment', pass)
            this.#previous = byte
          }
          break
        case 'dashes':
          if (byte <= SPACE) this.#opens(byte === LF ? 'plain' : 'line comment', pass)
          else {
            this.#leave('plain')
            this.#previous = DASH
            this.#plain(byte, at, pass)
          }
      }
    }
    if (this.#statement === 'begun') {
      if (this.#length(pass, chunk.length) >= BEGINNING) this.#decide(pass, chunk.length)
      else {
        this.#held.push(chunk.subarray(pass.from))
        pass.from = chunk.length
      }
    }
    if (this.#statement === 'drop') pass.dropTo(chunk.length)
    else pass.keepTo(chunk.length)
    this.#lines += countLines(chunk)
    return pass.kept
  }

  /** @throws DumpError when the dump ends in the middle of something. */
  end(): void {
    if (this.#statement !== 'none' || !['plain', 'line comment'].includes(this.#place))
      throw DumpError.truncated(this.#file)
  }

  /** The next byte that may mean something: most of a dump is quoted text and plain numbers. */
  #stepOver(chunk: Buffer, start: number): number {
    let at = start
    const last = chunk.length - 1
    if (this.#place === 'quoted' && !this.#escaped)
      while (at < last && chunk[at] !== this.#quote && chunk[at] !== BACKSLASH) at += 1
    else if (this.#place === 'plain' && this.#statement === 'keep' && !this.#delimiterOfLetters) {
      while (at < last && isNumberOrLetter(chunk[at] ?? 0)) at += 1
      if (at > start) {
        this.#previous = 0
        this.#delimiterSeen = 0
      }
    }
    return at
  }

  /** A byte outside of quotes and comments. */
  #plain(byte: number, at: number, pass: Pass): void {
    const previous = this.#previous
    this.#previous = byte
    if (this.#endsStatement(byte)) return this.#finish(at, pass)
    switch (byte) {
      case LF:
        return this.#lineEnd(at, pass)
      case SPACE:
      case TAB:
      case 0x0d:
        return
      case STAR:
        if (previous === SLASH) return this.#leave('opener')
        break
      case DASH:
        if (previous === DASH) return this.#leave('dashes')
        break
      case SLASH:
        // The end of a comment that is none for this server.
        if (previous === STAR) this.#previous = 0
        break
      case HASH:
        return this.#leave('line comment')
      case SINGLE:
      case DOUBLE:
      case BACKTICK:
        this.#quote = byte
        this.#leave('quoted')
        break
      case BACKSLASH:
        this.#clientCommand(at, pass)
        break
    }
    if (this.#statement === 'none') {
      pass.keepTo(at)
      this.#statement = 'begun'
      this.#tentative = byte === SLASH || byte === DASH
    } else this.#tentative = false
  }

  #leave(place: Place): void {
    this.#place = place
    this.#previous = 0
    if (place === 'plain' || place === 'quoted') this.#tentative = false
  }

  /** A comment opens; a statement that seemed to begin with it does not. */
  #opens(place: Place, pass: Pass): void {
    if (this.#tentative) this.#between(pass)
    this.#tentative = false
    this.#place = place
    this.#previous = 0
  }

  #endsStatement(byte: number): boolean {
    if (byte === this.#delimiter[this.#delimiterSeen]) this.#delimiterSeen += 1
    else this.#delimiterSeen = byte === this.#delimiter[0] ? 1 : 0
    if (this.#delimiterSeen < this.#delimiter.length) return false
    this.#delimiterSeen = 0
    return true
  }

  #finish(at: number, pass: Pass): void {
    if (this.#statement === 'begun') {
      if (DELIMITER.test(this.#beginning(pass, at))) return
      // Nothing of a delimiter of several bytes belongs to the statement.
      this.#decide(pass, at, this.#length(pass, at) + 1 - this.#delimiter.length)
    }
    if (this.#statement === 'drop') pass.dropTo(at + 1)
    this.#statement = 'none'
    this.#previous = 0
  }

  /** The client takes a line of its own for a new delimiter, and for the switch to its safe mode. */
  #lineEnd(at: number, pass: Pass): void {
    if (this.#statement !== 'begun') return
    if (this.#length(pass, at) >= BEGINNING) return this.#decide(pass, at)
    const line = this.#beginning(pass, at)
    const [, delimiter] = DELIMITER.exec(line) ?? []
    if (delimiter !== undefined) {
      this.#delimiter = Buffer.from(delimiter, 'latin1')
      this.#delimiterOfLetters = this.#delimiter.some(isNumberOrLetter)
      this.#delimiterSeen = 0
      this.#between(pass)
    } else if (SAFE_MODE.test(line)) {
      // Older clients do not know it.
      this.#held = []
      pass.from = at
      this.#between(pass)
    }
  }

  #between(pass: Pass): void {
    this.#statement = 'none'
    pass.kept.push(...this.#held.splice(0))
  }

  /** @param length of the whole statement, when it ends here. */
  #decide(pass: Pass, at: number, length = Infinity): void {
    const beginning = this.#beginning(pass, at).slice(0, length)
    const statement = useOf(beginning, length <= BEGINNING)
    const held = this.#held.splice(0)
    const keep = () => {
      this.#statement = 'keep'
      pass.kept.push(...held)
    }
    const drop = (instead = '') => {
      this.#statement = 'drop'
      pass.kept.push(Buffer.from(instead + '\n'.repeat(countLines(Buffer.concat(held)))))
    }
    switch (statement.use) {
      case 'keep':
        if (statement.object === 'made') this.#hasObjects = true
        return this.#part === 'everything' || statement.object !== undefined ? keep() : drop()
      case 'drop':
        return drop()
      case 'database':
        if (statement.name !== this.#database)
          throw DumpError.otherDatabase(this.#file, toDisplay(statement.name))
        return drop(
          statement.instead && `${statement.instead}${this.#delimiter.toString('latin1')}`,
        )
      case 'refuse':
        throw this.#refusal(beginning, pass, at)
    }
  }

  /** No SQL has a backslash there: it is a command for the client program, which obeys it. */
  #clientCommand(at: number, pass: Pass): void {
    const beginning = this.#beginning(pass, at + 1)
    if (this.#statement !== 'begun' || !SAFE_MODE.test(beginning))
      throw this.#refusal('\\', pass, at)
  }

  #refusal(beginning: Bytes, pass: Pass, at: number): DumpError {
    const line = this.#lines + countLines(pass.chunk.subarray(0, at))
    return DumpError.strangeStatement(this.#file, line, toDisplay(firstWords(beginning)))
  }

  /** Of the statement at hand, up to here. */
  #length(pass: Pass, at: number): number {
    return this.#held.reduce((sum, { length }) => sum + length, at - pass.from)
  }

  /** Of the statement at hand, up to here at most. */
  #beginning(pass: Pass, at: number): Bytes {
    const last = pass.chunk.subarray(pass.from, Math.min(at, pass.from + BEGINNING))
    return Buffer.concat([...this.#held, last]).toString('latin1', 0, BEGINNING)
  }
}

/** One chunk on its way through. */
class Pass {
  readonly chunk: Buffer
  readonly kept: Buffer[] = []
  /** Where the part begins whose use is not settled yet. */
  from = 0

  constructor(chunk: Buffer) {
    this.chunk = chunk
  }

  keepTo(end: number): void {
    if (end > this.from) this.kept.push(this.chunk.subarray(this.from, end))
    this.from = end
  }

  dropTo(end: number): void {
    const lines = countLines(this.chunk.subarray(this.from, end))
    if (lines > 0) this.kept.push(Buffer.from('\n'.repeat(lines)))
    this.from = end
  }
}

/** A dump as it is loaded, chunk by chunk. */
export async function* filterDump(
  chunks: AsyncIterable<Buffer>,
  filter: DumpFilter,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield* filter.push(chunk)
  filter.end()
}

function isNumberOrLetter(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x7a)
}

function countLines(bytes: Buffer): number {
  let lines = 0
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) lines += 1
  return lines
}
