import type { Stats } from 'node:fs'
import type { Bytes } from './bytes.js'

/** A name as the ACL tools spell it: octal for what would end or divide it. */
export function quotedName(bytes: Bytes): Bytes {
  return bytes.replace(
    /[\x00-\x20\\\x7f]/g,
    (byte) => `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`,
  )
}

export function unquotedName(text: Bytes): Bytes {
  return text.replace(/\\(\\|[0-3][0-7]{2})/g, (_match, code: string) =>
    code === '\\' ? code : String.fromCharCode(parseInt(code, 8)),
  )
}

/** The line without which setfacl would clear setuid, setgid and sticky bits. */
export function flagsLine({ mode }: Pick<Stats, 'mode'>): string {
  const bits = [mode & 0o4000 ? 's' : '-', mode & 0o2000 ? 's' : '-', mode & 0o1000 ? 't' : '-']
  return `# flags: ${bits.join('')}`
}
