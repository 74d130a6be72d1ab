import {
  isNetbiosName,
  toDisplay,
  trimBlanks,
  type MigrateContext,
  type Props,
} from '@nethserver-migrate/core'

export const SAMBA_FILES = 'home/e-smith/files/samba'

/** What the old server was in its Windows network. */
export interface OldSamba {
  readonly role: string
  /** In capital letters. */
  readonly workgroup: string
  readonly props: Props
}

/** Nothing, with the reason told, where it cannot be carried over. Rule: README.md#migrates */
export function oldSamba({ source, log }: MigrateContext): OldSamba | undefined {
  const props = source.configuration.get('smb')?.props
  if (!props) {
    log.info('smb is not in the source configuration database: nothing to do')
    return undefined
  }
  const workgroup = trimBlanks(props['Workgroup'] ?? '').toUpperCase()
  if (!isNetbiosName(workgroup)) {
    log.error(
      workgroup === ''
        ? 'Workgroup of the old server is not set: Samba is left as it is'
        : `${toDisplay(workgroup)} is no name of a workgroup (up to 15 of A-Z, 0-9, - and _): Samba is left as it is`,
      {
        code: 'workgroup-invalid',
        subject: 'configuration/smb',
        remedy:
          'Set Workgroup of smb in the source configuration database, then run the same command again',
      },
    )
    return undefined
  }
  return { role: roleOf(props), workgroup, props }
}

export function roleOf(props: Props): string {
  return trimBlanks(props['ServerRole'] ?? '') || 'WS'
}

/** Props of the smb record where Samba has a role of its own. */
export function settingsOf(
  { role, workgroup, props }: OldSamba,
  context: MigrateContext,
): Record<string, string> {
  const settings = { ServerRole: role, Workgroup: workgroup }
  if (role !== 'PDC') return settings
  return {
    ...settings,
    RoamingProfiles: props['RoamingProfiles'] || 'no',
    LogonDrive: logonDrive(props['LogonDrive'], context),
    ...aliasOf(context),
  }
}

/** A letter and one colon, whether or not the old server had written one. */
export function logonDrive(old: string | undefined, { log }: MigrateContext): string {
  const [, letter] = /^([A-Z]):*$/i.exec(trimBlanks(old || 'Z')) ?? []
  if (letter === undefined)
    log.warning(
      `LogonDrive ${toDisplay(old ?? '')} of the old server is no letter: it becomes Z:`,
      {
        code: 'logon-drive-invalid',
        subject: 'configuration/smb',
        remedy: 'Choose another letter if Z: is in use on the workstations',
      },
    )
  return `${letter ?? 'Z'}:`
}

/** The domain controller goes on to answer to its old name. */
function aliasOf({ source, log }: MigrateContext): Record<string, string> {
  const name = source.systemName.toUpperCase()
  if (isNetbiosName(name)) return { NetbiosAliasList: name }
  log.warning(
    `the old server was called ${toDisplay(name)}, which Windows cannot use: no alias is made`,
    {
      code: 'alias-invalid',
      subject: 'configuration/smb',
      remedy: 'Set NetbiosAliasList of smb by hand to the name that workstations know',
    },
  )
  return {}
}

/** A task for a person: only they know what the network is to be. */
export function reportRole(role: string, workgroup: string, { log }: MigrateContext): void {
  log.followUp(
    role === 'ADS'
      ? `the old server was a member of the Active Directory ${toDisplay(workgroup)}: the new one has to join it by itself`
      : `the old server had the Samba role ${toDisplay(role)} in ${toDisplay(workgroup)}: check role, workgroup and the log-on of workstations`,
    { code: 'check-samba-role', subject: 'configuration/smb' },
  )
}
