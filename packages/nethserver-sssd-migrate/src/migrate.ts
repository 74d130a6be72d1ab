import { isNetbiosName, toDisplay, trimBlanks, type MigrateContext } from '@nethserver-migrate/core'

/** The name of the old domain, for the one that takes its place. Rule: README.md#migrates */
export async function migrate({ source, destination, log }: MigrateContext): Promise<void> {
  const old = source.configuration.get('smb')?.props
  if (!old) return log.info('smb is not in the source configuration database: nothing to do')
  const role = trimBlanks(old['ServerRole'] ?? '')
  const workgroup = trimBlanks(old['Workgroup'] ?? '').toUpperCase()
  const left = (why: string) =>
    log.notice(`workgroup ${toDisplay(workgroup) || '(unset)'} is not migrated: ${why}`, {
      code: 'workgroup-left',
      subject: 'configuration/sssd',
    })
  if (role !== 'PDC')
    return left(`the old server had the Samba role ${toDisplay(role) || 'WS'}, not PDC`)
  if (workgroup === '') return left('the old domain controller had none')
  if (destination.accountsProvider === 'remote-ad')
    return left('the Active Directory on another server has a name of its own')
  if (!isNetbiosName(workgroup))
    return log.warning(
      `${toDisplay(workgroup)} is no name of a domain (up to 15 of A-Z, 0-9, - and _): not migrated`,
      {
        code: 'workgroup-invalid',
        subject: 'configuration/sssd',
        remedy: 'Choose a name for the domain, and have the workstations join it',
      },
    )
  const kept = await destination.configuration.merge(
    'sssd',
    { Workgroup: workgroup },
    { typeWhenNew: 'service' },
  )
  if (kept.outcome === 'failed') return
  log.notice(`the domain keeps the name ${workgroup} of the old domain controller`, {
    code: 'workgroup-kept',
    subject: 'configuration/sssd',
  })
}
