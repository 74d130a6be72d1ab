import type { Bytes } from '../files/bytes.js'

const WRITTEN: ReadonlyMap<string, string> = new Map([
  ['\0', '\\0'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\x1a', '\\Z'],
  ["'", "\\'"],
  ['"', '\\"'],
  ['\\', '\\\\'],
])
const READ: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['b', '\b'],
  ['Z', '\x1a'],
  // In patterns these stay escaped.
  ['%', '\\%'],
  ['_', '\\_'],
])

/** A text as SQL writes it: on one line, whatever it holds. */
export function quoteText(text: Bytes): Bytes {
  return `'${text.replace(/[\0\n\r\x1a'"\\]/g, (byte) => WRITTEN.get(byte) ?? byte)}'`
}

/** The text that a quoted literal stands for. */
export function unquoteText(literal: Bytes): Bytes {
  const quote = literal.charAt(0)
  return literal
    .slice(1, -1)
    .replace(/\\([\s\S])|''|""/g, (pair, escaped: string | undefined) =>
      escaped === undefined
        ? pair.startsWith(quote)
          ? quote
          : pair
        : (READ.get(escaped) ?? escaped),
    )
}

/** The name of a database, table or column. */
export function quoteName(name: Bytes): Bytes {
  return `\`${name.replace(/`/g, '``')}\``
}

export function unquoteName(name: Bytes): Bytes {
  return name.startsWith('`') ? name.slice(1, -1).replace(/``/g, '`') : name
}
