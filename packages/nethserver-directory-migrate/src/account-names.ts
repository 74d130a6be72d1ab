import {
  accountNameProblem,
  isReservedAccount,
  toDisplay,
  type Destination,
  type MigrateContext,
} from '@nethserver-migrate/core'

type AccountKind = 'user' | 'group'

/** Whether a name of the source may become an account; says why not. Rule: README.md#migrates */
export function mayBeAccount(name: string, kind: AccountKind, context: MigrateContext): boolean {
  const { destination, log } = context
  const shown = toDisplay(name)
  const leaves = [{ database: 'accounts', type: kind, key: name }]
  const remedy =
    kind === 'user'
      ? 'Make an account with another name by hand; the old files are still in the source'
      : 'Make a group with another name by hand if it is still needed'
  if (isReservedAccount(name)) {
    log.warning(`${kind} ${shown} is not migrated: the name is reserved for the system`, {
      code: 'reserved-account',
      subject: shown,
      remedy,
      leaves,
    })
    return false
  }
  const problem = accountNameProblem(name, maximumLength(kind, context))
  if (problem) {
    log.error(`${kind} ${shown} is not migrated: its name ${problem}`, {
      code: 'account-name-invalid',
      subject: shown,
      remedy,
      leaves,
    })
    return false
  }
  if (isTakenByOtherKind(name, kind, destination)) {
    const other = kind === 'user' ? 'group' : 'user'
    log.warning(`${kind} ${shown} is not migrated: the destination has a ${other} of this name`, {
      code: 'name-of-other-kind',
      subject: shown,
      remedy,
      leaves,
    })
    return false
  }
  return true
}

/** The id that an account had on the source; nothing when no person can have it. */
export function personalId(text: string | undefined, destination: Destination): number | undefined {
  const id = /^\d{1,9}$/.test(text ?? '') ? Number(text) : 0
  return destination.isPersonalId(id) ? id : undefined
}

/** A user's own group is none of the other kind: both are there, or at least the user's record. */
function isTakenByOtherKind(name: string, kind: AccountKind, destination: Destination): boolean {
  const { accounts } = destination
  return kind === 'group'
    ? destination.findUser(name) !== undefined
    : !accounts.has(name) &&
        destination.findUser(name) === undefined &&
        destination.findGroup(name) !== undefined
}

function maximumLength(kind: AccountKind, { source, destination }: MigrateContext): number {
  const limit = kind === 'user' ? 'maxAcctNameLength' : 'maxGroupNameLength'
  const [old = 0, here = 0] = [source, destination].map(
    ({ configuration }) => Number(configuration.type(limit)) || 0,
  )
  return Math.max(old, here) || 31
}
