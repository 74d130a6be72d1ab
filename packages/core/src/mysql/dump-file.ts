import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs'
import { toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import { DumpError } from './errors.js'

/** A dump on its way into the server. */
export interface DumpFile {
  readonly database: Bytes
  /** What a person knows the file by. */
  readonly from: Bytes
  /** Where it lies. */
  readonly path: Bytes
  readonly bytes: number
}

const ENDS = 1024
const HEAD = /^(?:\/\*M?!999999[^\n]*\n)?-- (?:MySQL|MariaDB) dump (\d+)\.(\d+)/
const COMPLETED = /\n-- Dump completed[^\n]*\s*$/
/** What releases before 10.11 end with. */
const SETTINGS_RESTORED = /\/\*!40111 SET SQL_NOTES=@OLD_SQL_NOTES \*\/;\s*$/

/**
 * Looks whether a dump has its end. A program that was stopped while it wrote one leaves no last
 * line; a dump without the usual first line says nothing of the kind.
 * @throws DumpError when it was cut short.
 */
export function checkWhole({ path, from }: Pick<DumpFile, 'path' | 'from'>): void {
  const file = openSync(toBuffer(path), 'r')
  try {
    const { size } = fstatSync(file)
    const [, major, minor] = HEAD.exec(read(file, 0)) ?? []
    const end = read(file, Math.max(0, size - ENDS))
    const release = Number(major) * 1000 + Number(minor)
    const whole =
      COMPLETED.test(end) ||
      Number.isNaN(release) ||
      release < 10_000 ||
      (release < 10_011 && SETTINGS_RESTORED.test(end))
    if (!whole) throw DumpError.truncated(toDisplay(from))
  } finally {
    closeSync(file)
  }
}

/** The bytes of a dump as they are read; tells how many. */
export async function* dumpChunks(
  path: Bytes,
  onBytes: (count: number) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(toBuffer(path)) as AsyncIterable<Buffer>) {
    onBytes(chunk.length)
    yield chunk
  }
}

function read(file: number, position: number): Bytes {
  const buffer = Buffer.alloc(ENDS)
  return buffer.toString('latin1', 0, readSync(file, buffer, 0, ENDS, position))
}
