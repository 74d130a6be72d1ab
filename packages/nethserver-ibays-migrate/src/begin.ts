import {
  firstOfEachSpelling,
  toDisplay,
  type EsmithRecord,
  type MigrateContext,
} from '@nethserver-migrate/core'
import { mayBeSharedFolder } from './folder-names.js'
import { HALF_MADE } from './ibays.js'
import { owningGroup } from './owning-group.js'

const ACCESS: ReadonlyMap<string, { GroupAccess: string; OtherAccess: string }> = new Map([
  ['wr-admin-rd-group', { GroupAccess: 'r', OtherAccess: '' }],
  ['wr-group-rd-group', { GroupAccess: 'rw', OtherAccess: '' }],
  ['wr-group-rd-everyone', { GroupAccess: 'rw', OtherAccess: 'r' }],
])

/** Makes the records of the shared folders, to be completed by others. Rule: README.md#migrates */
export async function begin(context: MigrateContext): Promise<void> {
  const { source, log } = context
  const ibays = firstOfEachSpelling('accounts', source.accounts.records('ibay'), log)
  if (ibays.length === 0) return log.info('the old server has no ibays: nothing to do')
  for (const ibay of ibays)
    if (mayBeSharedFolder(ibay.key, context)) await makeRecord(ibay, context)
}

async function makeRecord(ibay: EsmithRecord, context: MigrateContext): Promise<void> {
  const { log } = context
  const { accounts } = context.destination
  const { key, props } = ibay
  const wanted = {
    Description: `${props['Name'] || key} [migration]`,
    OwningGroup: owningGroup(ibay, context),
    AclRead: '',
    AclWrite: '',
    ...access(ibay, context),
  }
  const { outcome } = await accounts.create(key, HALF_MADE, wanted)
  if (outcome !== 'exists') return
  if (accounts.type(key) === 'ibay')
    log.warning(`the destination has a shared folder ${key}: the ibay is joined with it`, {
      code: 'ibay-exists',
      subject: `accounts/${key}`,
      remedy: 'Look at its group and access on the page Shared folders',
    })
  await accounts.merge(key, wanted)
}

/** What is unset or unknown is read as the closest access that an ibay could have. */
function access({ key, props }: EsmithRecord, { log }: MigrateContext) {
  const { UserAccess = '' } = props
  const known = ACCESS.get(UserAccess)
  if (known) return known
  log.warning(
    `shared folder ${key}: its UserAccess is ${UserAccess === '' ? 'not set' : `${toDisplay(UserAccess)}, which is unknown`}; the group may read and write, nobody else may do anything`,
    {
      code: 'ibay-user-access',
      subject: `accounts/${key}`,
      remedy: 'Look at its access on the page Shared folders',
    },
  )
  return { GroupAccess: 'rw', OtherAccess: '' }
}
