import {
  isNetbiosName,
  sambaSecrets,
  toDisplay,
  type MigrateContext,
} from '@nethserver-migrate/core'
import { CONTAINER } from './container.js'
import { readAccounts, type OldAccounts } from './old-accounts.js'

const SECRETS = 'etc/samba/secrets.tdb'
const CONFIGURED = 'Configure the local Active Directory completely and start it'
const EXTRACTED = 'Extract the whole backup'

/** All that the upgrade needs, seen to be there. */
export interface OldDomain extends OldAccounts {
  readonly realm: string
  readonly workgroup: string
  /** The name that the new domain controller has for Windows. */
  readonly controller: string
  /** What becomes secrets.tdb where the file is not to be copied as it is. */
  readonly secrets: string | undefined
}

/**
 * Reads and checks everything before anything is touched: each thing that is missing is an ERROR, and
 * one is enough to leave the domain controller as it is. Rule: README.md#before-anything-is-changed
 */
export function readOldDomain(role: 'PDC' | 'WS', context: MigrateContext): OldDomain | undefined {
  const { source, destination, log } = context
  let complete = true
  const check = (holds: boolean, subject: string, message: string, remedy: string) => {
    complete &&= holds
    if (!holds)
      log.error(`${message}: the domain controller is left as it is`, {
        code: 'domain-input-missing',
        subject,
        remedy: `${remedy}, then run the same command again`,
      })
  }

  const { Realm: realm = '', Workgroup = '' } = destination.configuration.get('sssd')?.props ?? {}
  const isRealm = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(realm)
  check(isRealm, 'configuration/sssd', `Realm ${toDisplay(realm) || '(unset)'} is none`, CONFIGURED)
  const workgroup = Workgroup.toUpperCase()
  const named = `Workgroup ${toDisplay(Workgroup) || '(unset)'} is no name of a domain`
  check(isNetbiosName(workgroup), 'configuration/sssd', named, CONFIGURED)

  const hostname = `${CONTAINER}/etc/hostname`
  const [controller = ''] = (destination.readFile(hostname) ?? '').toUpperCase().split(/[.\n]/)
  check(isNetbiosName(controller), hostname, `${hostname} names no domain controller`, CONFIGURED)

  for (const file of ['etc/passwd', 'etc/group', 'etc/samba/smbpasswd'])
    check(
      source.kind(file) === 'file',
      file,
      `${file} is missing in the source, or no file`,
      EXTRACTED,
    )

  const secrets = sambaSecrets(source)
  // A server outside any domain has a SID of its own, which its accounts have been made with.
  const owner = (role === 'WS' ? source.systemName : workgroup).toUpperCase()
  if ('problem' in secrets) check(false, SECRETS, secrets.problem, EXTRACTED)
  else
    check(
      secrets.sidOf(owner) !== undefined,
      SECRETS,
      `${SECRETS} has no SID of ${toDisplay(owner)}`,
      role === 'WS'
        ? 'Put secrets.tdb of the old server there'
        : 'Give the new domain the name of the old one (Workgroup of sssd)',
    )
  if (!complete || 'problem' in secrets) return undefined
  return {
    realm,
    workgroup,
    controller,
    secrets: role === 'WS' ? secrets.withSidOf(workgroup, owner) : undefined,
    ...readAccounts(context),
  }
}
