/**
 * A byte string: each character is one byte, 0 to 255 (latin1). Nothing read from a database, a
 * path included, is ever decoded; a source mixes UTF-8 and Latin-1.
 */
export type Bytes = string

/** Whether each character is a byte. A decoded text such as `'€'` is none. */
export function isBytes(text: string): boolean {
  return !/[^\u0000-\u00ff]/.test(text)
}

/** What the file system calls want. Throws on a decoded text: it would name another file. */
export function toBuffer(bytes: Bytes): Buffer {
  if (!isBytes(bytes)) throw new TypeError('a byte string has no character above 255')
  return Buffer.from(bytes, 'latin1')
}

/** For a person: decoded where it is UTF-8, on one line, with control characters spelled out. */
export function show(bytes: Bytes): string {
  const decoded = Buffer.from(bytes, 'latin1').toString('utf8')
  const text = decoded.includes('\ufffd') ? bytes : decoded
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}
