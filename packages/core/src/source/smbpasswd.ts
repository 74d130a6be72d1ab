import type { Bytes } from '../files/bytes.js'
import type { AccountFile, BadLine } from './account-files.js'

/** An account of an old Samba, as a line of `etc/samba/smbpasswd` has it. */
export interface SmbpasswdEntry {
  readonly name: Bytes
  readonly uid: number
  /** The NT hash of the password, 32 hexadecimal digits; nothing where there is none, or an empty one. */
  readonly ntHash: Bytes | undefined
  readonly disabled: boolean
}

const HASH_OF_NOTHING = '31D6CFE0D16AE931B73C59D7E0C089C0'

/** The lines of smbpasswd, under their names in small letters: Samba finds them in any case. */
export function parseSmbpasswd(text: Bytes): AccountFile<SmbpasswdEntry> {
  const entries = new Map<Bytes, SmbpasswdEntry>()
  const badLines: BadLine[] = []
  text.split('\n').forEach((line, index) => {
    if (line === '' || line.startsWith('#')) return
    const [name = '', uid = '', , hash = '', flags = ''] = line.split(':')
    const bad = (reason: string) => badLines.push({ line: index + 1, reason })
    if (name === '') return bad('no name')
    if (!/^\d{1,10}$/.test(uid)) return bad('uid is not a number')
    const key = name.toLowerCase()
    if (entries.has(key)) return bad('the name stands in an earlier line')
    entries.set(key, {
      name,
      uid: Number(uid),
      ntHash:
        /^[0-9A-F]{32}$/i.test(hash) && hash.toUpperCase() !== HASH_OF_NOTHING
          ? hash.toUpperCase()
          : undefined,
      disabled: /^\[[^\]]*D/.test(flags),
    })
    return undefined
  })
  return { entries, badLines }
}
