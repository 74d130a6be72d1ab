import type { Bytes } from '../files/bytes.js'

/** The lines of an account file by what stands before their first colon; of equal keys the first. */
export function keyedLines(text: Bytes): Map<Bytes, Bytes> {
  const lines = new Map<Bytes, Bytes>()
  for (const line of text.split('\n')) {
    const [key = ''] = line.split(':', 1)
    if (line !== '' && !lines.has(key)) lines.set(key, line)
  }
  return lines
}
