import type { MigrateContext, SmbpasswdEntry } from '@nethserver-migrate/core'

const FILE = 'etc/samba/smbpasswd'

/** What the old Samba knew of its accounts. */
export interface Passwords {
  /** Without the file nothing is said of single accounts. */
  readonly exists: boolean
  /** Finds a line by its name in any case. */
  find(name: string): SmbpasswdEntry | undefined
}

/** smbpasswd of the old server; says when it is missing or broken. Rule: README.md#passwords */
export function readPasswords({ source, log }: MigrateContext): Passwords {
  const file = source.smbpasswd
  if (!file)
    log.error(`${FILE} is missing in the source, or no file: no password of Samba is migrated`, {
      code: 'smbpasswd-missing',
      subject: FILE,
      remedy: 'Extract the whole backup, then run the same command again',
    })
  const bad = file?.badLines ?? []
  if (bad.length > 0)
    log.warning(
      `${FILE}: cannot be read, left out: ${bad.map(({ line, reason }) => `line ${line} (${reason})`).join(', ')}`,
      {
        code: 'smbpasswd-bad-lines',
        subject: FILE,
        remedy: 'Look whether an account that is still needed stands there',
      },
    )
  return {
    exists: file !== undefined,
    find: (name) => file?.entries.get(name.toLowerCase()),
  }
}

/** The hash to import; nothing for an account that is disabled or has none. */
export function usableHash(entry: SmbpasswdEntry | undefined): string | undefined {
  return entry?.disabled ? undefined : entry?.ntHash
}
