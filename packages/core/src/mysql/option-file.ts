import type { Bytes } from '../files/bytes.js'

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['s', ' '],
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
])

/**
 * The options of one section of an option file (`.my.cnf`), by the rules of the client programs:
 * comments, quotes, escapes, the last one wins. An option without a value is not there.
 */
export function readOptions(text: Bytes, section: string): ReadonlyMap<string, Bytes> {
  const options = new Map<string, Bytes>()
  let current = ''
  for (const line of text.split('\n').map(trim)) {
    const heading = /^\[([^\]]*)\]/.exec(line)
    if (heading) current = trim(heading[1] ?? '')
    if (heading || current !== section || /^[#;!]/.test(line)) continue
    const [, name, value] = /^([^=]*?)[ \t]*=([\s\S]*)$/.exec(line) ?? []
    if (name !== undefined && value !== undefined)
      options.set(name.replace(/_/g, '-'), readValue(value))
  }
  return options
}

/** An option as it may stand in an option file, whatever its value holds. */
export function writeOption(name: string, value: Bytes): Bytes {
  const escaped = value.replace(/[\n\t\r\b"\\]/g, (byte) => {
    const [letter = byte] = [...ESCAPES].find(([, meant]) => meant === byte) ?? []
    return `\\${letter}`
  })
  return `${name}="${escaped}"\n`
}

function readValue(text: Bytes): Bytes {
  const value = trim(withoutComment(text))
  const [, , quoted] = /^(["'])([\s\S]*)\1$/.exec(value) ?? []
  return (quoted ?? value).replace(/\\([\s\S])/g, (pair, byte: string) => ESCAPES.get(byte) ?? pair)
}

/** A `#` begins a comment, unless it stands in quotes. */
function withoutComment(text: Bytes): Bytes {
  let quote = ''
  for (let at = 0; at < text.length; at += 1) {
    const byte = text.charAt(at)
    if (quote !== '' && byte === '\\') at += 1
    else if (byte === quote) quote = ''
    else if (quote === '' && (byte === '"' || byte === "'")) quote = byte
    else if (quote === '' && byte === '#') return text.slice(0, at)
  }
  return text
}

function trim(text: Bytes): Bytes {
  return text.replace(/^[ \t\r]+|[ \t\r]+$/g, '')
}
