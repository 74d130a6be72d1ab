import { describeError } from '../errors.js'
import { toBuffer, type Bytes } from '../files/bytes.js'
import type { Source } from './source.js'
import { readTdb, writeTdb } from './tdb.js'

const FILE = 'etc/samba/secrets.tdb'

/** The secrets of an old Samba: who its domain, and who the server itself is. */
export interface SambaSecrets {
  /** The SID of a domain or server as people write it, `S-1-5-21-…`; nothing where none is stored. */
  sidOf(name: Bytes): string | undefined
  /** The file as it would be if the first name had the SID that the second one has. */
  withSidOf(name: Bytes, other: Bytes): Bytes
}

/** `etc/samba/secrets.tdb`, or why it cannot be read. */
export function sambaSecrets(source: Source): SambaSecrets | { readonly problem: string } {
  try {
    const records = readTdb(source.read(FILE))
    return {
      sidOf: (name) => sidText(records.get(sidKey(name))),
      withSidOf(name, other) {
        const sid = records.get(sidKey(other)) ?? ''
        return writeTdb(new Map([...records, [sidKey(name), sid]]))
      },
    }
  } catch (error) {
    return { problem: `${FILE}: ${describeError(error).message}` }
  }
}

function sidKey(name: Bytes): Bytes {
  return `SECRETS/SID/${name.toUpperCase()}`
}

/** A SID of a domain: revision, how many numbers follow, authority 5, the number 21, three more. */
function sidText(data: Bytes = ''): string | undefined {
  if (data.length < 24 || !data.startsWith('\x01\x04\0\0\0\0\0\x05\x15\0\0\0')) return undefined
  const bytes = toBuffer(data)
  return `S-1-5-21-${[12, 16, 20].map((at) => bytes.readUInt32LE(at)).join('-')}`
}
