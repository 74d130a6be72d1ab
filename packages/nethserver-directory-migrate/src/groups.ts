import {
  splitNames,
  toDisplay,
  type Destination,
  type EsmithRecord,
  type MigrateContext,
  type NewGroup,
} from '@nethserver-migrate/core'
import { mayBeAccount, personalId } from './account-names.js'

/** Makes the groups that the destination does not have. Rule: README.md#groups */
export async function migrateGroups(context: MigrateContext): Promise<void> {
  const { source, destination } = context
  const candidates = source.accounts
    .records('group')
    .filter(({ key }) => mayBeAccount(key, 'group', context))
  if (destination.accountsProvider.startsWith('remote'))
    for (const { key } of candidates) reportIfUnknown(key, context)
  else await createGroups(candidates, context)
}

async function createGroups(
  candidates: readonly EsmithRecord[],
  context: MigrateContext,
): Promise<void> {
  const { destination, log } = context
  const groups = candidates.map((group) => newGroup(group, context))
  const results = await destination.createGroups(groups)
  candidates.forEach(({ key: name, props }, index) => {
    const { outcome, id } = results[index] ?? { outcome: 'failed', id: undefined }
    if (outcome === 'exists')
      return log.warning(
        `group ${name}: the destination has an account or record of this name already, skipped`,
        { code: 'group-exists', subject: name, remedy: 'Compare the members of both' },
      )
    const old = props['Gid'] ?? ''
    const keepsIds = destination.accountsProvider === 'accounts-database'
    if (outcome !== 'failed' && keepsIds && old !== '' && String(id) !== old)
      log.warning(
        `group ${name}: the id ${toDisplay(old)} cannot be kept (taken, or not one of a person), the new one is ${id}`,
        {
          code: 'gid-changed',
          subject: name,
          remedy: 'Look for files of the old id outside of shared folders',
        },
      )
  })
}

function reportIfUnknown(name: string, { destination, log }: MigrateContext): void {
  if (!destination.findGroup(name))
    log.warning(`group ${name} is unknown to the accounts provider`, {
      code: 'group-unknown',
      subject: name,
      remedy: 'Make the group at the provider if it is still needed',
    })
}

function newGroup({ key, props }: EsmithRecord, { destination, log }: MigrateContext): NewGroup {
  const { Gid: gid, Description: description = '', Members: list = '' } = props
  const members: string[] = []
  const unknown: string[] = []
  for (const member of splitNames(list))
    (isMember(member, destination) ? members : unknown).push(member)
  if (unknown.length > 0)
    log.warning(
      `group ${key}: members without an account are left out: ${unknown.map(toDisplay).join(', ')}`,
      {
        code: 'group-members-unknown',
        subject: key,
        remedy: 'Add those who are still needed when their accounts exist',
      },
    )
  return {
    name: key,
    gid: personalId(gid, destination),
    members,
    props: { Description: description, Members: members.join(',') },
  }
}

/** People, and admin: never an account of a service that happens to have the name. */
function isMember(name: string, destination: Destination): boolean {
  const user = destination.findUser(name)
  return user !== undefined && (name === 'admin' || destination.isPersonalId(user.uid))
}
