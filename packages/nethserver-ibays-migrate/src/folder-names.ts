import { toDisplay, type MigrateContext } from '@nethserver-migrate/core'
import { HALF_MADE } from './ibays.js'

/** Of any name in a folder. */
const LONGEST = 255

/** Whether an ibay may become a shared folder of its name; says why not. Rule: README.md#names */
export function mayBeSharedFolder(name: string, context: MigrateContext): boolean {
  const { log } = context
  const subject = `accounts/${toDisplay(name)}`
  const problem = problemWith(name, context)
  if (problem) {
    log.error(`ibay ${toDisplay(name)} is not migrated: ${problem}`, {
      code: 'ibay-name',
      subject,
      remedy: 'Make a shared folder of another name by hand; the files are still in the source',
    })
    return false
  }
  const maximum = maximumLength(context)
  if (name.length > maximum)
    log.warning(`the name of shared folder ${name} is longer than ${maximum} characters`, {
      code: 'ibay-name-long',
      subject,
      remedy: 'Look whether all clients find it',
    })
  return true
}

function problemWith(name: string, { destination }: MigrateContext): string | undefined {
  // It becomes the name of a folder and of a share, and an argument of events.
  if (!/^[A-Za-z][\w.-]*$/.test(name) || name.endsWith('.'))
    return 'its name may begin with a letter only, and hold letters, digits, dot, dash and underscore'
  if (name.length > LONGEST) return `no folder can have a name of more than ${LONGEST} bytes`
  const type = destination.accounts.type(name)
  if (type === 'ibay' || type === HALF_MADE) return undefined
  if (type !== undefined) return `the destination has a ${toDisplay(type)} of this name`
  if (destination.findUser(name)) return 'the system has a user of this name'
  return destination.findGroup(name) ? 'the system has a group of this name' : undefined
}

function maximumLength({ source, destination }: MigrateContext): number {
  const limits = [source, destination].map(
    ({ configuration }) => Number(configuration.type('maxIbayNameLength')) || 0,
  )
  return Math.max(...limits) || 30
}
