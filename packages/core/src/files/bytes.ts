import type { Bytes } from '@nethserver-migrate/esmith-db'

export type { Bytes }

const NOT_ASCII = /[^\x00-\x7f]/

/** The byte string of a text that came from the command line or from our own code. */
export function toBytes(text: string): Bytes {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** What the file system calls want: the bytes themselves, never re-encoded. */
export function toBuffer(bytes: Bytes): Buffer {
  return Buffer.from(bytes, 'latin1')
}

/** The same for one of very many paths: most are ASCII, which a call takes as it is, without a copy. */
export function toPath(bytes: Bytes): string | Buffer {
  return NOT_ASCII.test(bytes) ? toBuffer(bytes) : bytes
}

/**
 * A byte string as text: UTF-8 where the bytes are valid UTF-8, Latin-1 otherwise. An SME Server
 * mixes both. Only for what leaves the world of files: arguments of account tools, JSON, screens.
 */
export function toText(bytes: Bytes): string {
  if (!NOT_ASCII.test(bytes)) return bytes
  const buffer = toBuffer(bytes)
  const text = buffer.toString('utf8')
  return Buffer.from(text, 'utf8').equals(buffer) ? text : bytes
}

/**
 * A byte string as it may be shown to a person: decoded like {@link toText}, with control
 * characters spelled out, so that a name can neither break a log line nor drive a terminal.
 */
export function toDisplay(bytes: Bytes): string {
  // Almost every name and value: nothing to decode, nothing to spell out.
  return /[^ -~]/.test(bytes) ? escapeControls(toText(bytes)) : bytes
}

/** Spells out control characters (C0, DEL, C1, bidirectional marks) in a text for people. */
export function escapeControls(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (character) =>
    character === '\n' ? '\\n' : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}

/**
 * Without blanks and tabs at both ends. `trim()` would also take bytes away that are the end of a
 * letter: the second byte of a UTF-8 `à` is what Latin-1 calls a no-break space.
 */
export function trimBlanks(bytes: Bytes): Bytes {
  return bytes.replace(/^[ \t]+|[ \t]+$/g, '')
}

/** Compares two byte strings the way the host's tools sort: by byte value. */
export function byByteOrder(a: Bytes, b: Bytes): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Joins path components with one slash each, whatever slashes they bring along. */
export function joinPath(...parts: readonly Bytes[]): Bytes {
  return parts.join('/').replace(/\/{2,}/g, '/')
}

export function baseName(path: Bytes): Bytes {
  return path.slice(path.lastIndexOf('/') + 1)
}

export function parentOf(path: Bytes): Bytes {
  const end = path.lastIndexOf('/')
  return end <= 0 ? '/' : path.slice(0, end)
}
