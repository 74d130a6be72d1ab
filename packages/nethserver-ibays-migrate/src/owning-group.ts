import {
  toDisplay,
  type Destination,
  type EsmithRecord,
  type MigrateContext,
} from '@nethserver-migrate/core'
import { groupName, hasProvider, knownGroup } from './account-names.js'

/** The group that a shared folder belongs to. Rule: README.md#owning-group */
export function owningGroup({ key, props }: EsmithRecord, context: MigrateContext): string {
  const { destination, log } = context
  const { Group: old = '' } = props
  if (old === 'shared') return groupOrRoot('shared', destination)
  const problem = problemWith(old, context)
  if (!problem) return groupName(old, destination)
  const chosen = groupOrRoot(old === 'admin' ? 'admin' : 'shared', destination)
  log.warning(`shared folder ${key}: ${problem}, it will belong to ${toDisplay(chosen)}`, {
    code: 'ibay-owning-group',
    subject: `accounts/${key}`,
    remedy: 'Choose its group on the page Shared folders',
  })
  return chosen
}

function problemWith(group: string, { source, destination }: MigrateContext): string | undefined {
  const shown = toDisplay(group)
  if (group === '') return 'it has no group'
  if (group === 'admin')
    return hasProvider(destination) ? 'its group admin is none of a NethServer 7' : undefined
  if (source.accounts.type(group) === 'user') return `its group ${shown} is that of a user`
  const known = knownGroup(groupName(group, destination), destination)
  const id = known === undefined ? undefined : destination.findGroup(known)?.gid
  if (id === undefined) return `its group ${shown} is unknown here`
  return destination.isPersonalId(id) ? undefined : `its group ${shown} belongs to the system here`
}

/** A group that everybody has where accounts are records; with a provider root where it is missing. */
function groupOrRoot(old: string, destination: Destination): string {
  const name = groupName(old, destination)
  return !hasProvider(destination) || knownGroup(name, destination) !== undefined ? name : 'root'
}
