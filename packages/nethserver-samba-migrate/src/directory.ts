import type { MigrateContext, OperationResult } from '@nethserver-migrate/core'

/** The local directory, which lets root in without a password. */
const SUFFIX = 'dc=directory,dc=nh'
/** Goes on after an entry that cannot be changed. */
const LDAPMODIFY = ['ldapmodify', '-Q', '-Y', 'EXTERNAL', '-H', 'ldapi:///', '-c']

/** New values for an entry of the directory. */
export interface EntryChange {
  /** For people, the same in every run: `user mrossi`. */
  readonly about: string
  readonly dn: string
  readonly attributes: Readonly<Record<string, string | undefined>>
}

export const userDn = (name: string) => `uid=${escaped(name)},ou=People,${SUFFIX}`
export const machineDn = (name: string) => `uid=${escaped(name)},ou=Computers,${SUFFIX}`
export const groupDn = (name: string) => `cn=${escaped(name)},ou=Groups,${SUFFIX}`

/**
 * Changes entries of the directory, all with one program.
 * @returns by {@link EntryChange.about} what became of each; one without a new value is not there.
 */
export async function changeEntries(
  { destination, log }: MigrateContext,
  changes: readonly EntryChange[],
): Promise<ReadonlyMap<string, OperationResult>> {
  const parts = changes.flatMap(({ about, dn, attributes }) => {
    const values = Object.entries(attributes).filter(([, value]) => value !== undefined)
    const lines = values.flatMap(([name, value]) => [`replace: ${name}`, `${name}: ${value}`, '-'])
    const input = [`dn: ${dn}`, 'changetype: modify', ...lines, '', ''].join('\n')
    return lines.length > 0 ? [{ about, input }] : []
  })
  const results = await destination.runForEach(LDAPMODIFY, parts)
  const failed = parts.filter((_, index) => results[index]?.outcome === 'failed')
  if (failed.length > 0)
    log.followUp(
      `the directory did not take what Samba needs of ${failed.map(({ about }) => about).join(', ')}`,
      {
        code: 'directory-not-changed',
        subject: SUFFIX,
        remedy: `Look at each: ldapsearch -Q -Y EXTERNAL -H ldapi:/// -b ${SUFFIX} uid=NAME (or cn=NAME); then run the same command again`,
      },
    )
  return new Map(
    parts.map(({ about }, index) => [about, results[index] ?? { outcome: 'failed', key: '' }]),
  )
}

/** A name as it may stand in the name of an entry, and in a line of LDIF, whatever it holds. */
function escaped(name: string): string {
  return name.replace(
    /[^A-Za-z0-9._$-]/g,
    (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}
