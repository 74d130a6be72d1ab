import type { EsmithRecord, MigrateContext } from '@nethserver-migrate/core'
import type { WebIbay } from './web-ibay.js'

/** Shared folders of a NethServer 6 show the pages of their ibays. Rule: README.md#nethserver-6 */
export async function setUpFolders(
  ibays: readonly WebIbay[],
  context: MigrateContext,
): Promise<void> {
  reportMissingShadow(ibays, context)
  for (const ibay of ibays) await setUpFolder(ibay, context)
  askForReadAccess(ibays, context)
}

async function setUpFolder(ibay: WebIbay, context: MigrateContext): Promise<void> {
  const { accounts } = context.destination
  const { key } = ibay.record
  const props = webProps(ibay, context)
  // A whole shared folder with web settings has them from an earlier import, or from a person.
  const isWhole = accounts.type(key) === 'ibay'
  if (isWhole && accounts.prop(key, 'HttpStatus') !== undefined)
    return context.log.info(`shared folder ${key} has web settings: they stay as they are`, {
      code: 'ibay-web-exists',
      subject: `accounts/${key}`,
    })
  const changed = await accounts.merge(key, props)
  // Otherwise the event that makes the shared folder applies them.
  if (isWhole) await context.destination.signalEvent('ibay-modify', [key], { onlyFor: [changed] })
}

function webProps({ record, access, sites, ownHosts }: WebIbay, context: MigrateContext) {
  const enabled = (value: boolean) => (value ? 'enabled' : 'disabled')
  sayWhatDiffers({ record, access, sites }, context)
  return {
    HttpStatus: enabled(access.isOnTheWeb),
    HttpAccess: access.isLocal ? 'private' : 'public',
    HttpPasswordStatus: enabled(access.hasPassword),
    HttpPasswordValue: passwordValue(record, access.hasPassword, context),
    HttpVirtualHost: ownHosts?.join(',') ?? '__ANY__',
    HttpAliasType: ownHosts !== undefined || sites.length > 0 ? 'root' : 'default',
    HttpProfileType: 'migration',
    HttpCgiBinStatus: enabled(record.props['CgiBin'] === 'enabled'),
    // What the web server can read.
    ...(access.isOnTheWeb ? { OtherAccess: 'r' } : {}),
  }
}

function sayWhatDiffers({ record, access }: WebIbay, { log }: MigrateContext): void {
  const { key, props } = record
  const subject = `accounts/${key}`
  if (access.trustsLocal)
    log.notice(
      `shared folder ${key}: the old server asked for its password from outside only, now everybody is asked`,
      {
        code: 'ibay-password-for-all',
        subject,
        remedy: 'Tell those who work in the local network',
      },
    )
  if (access.isOnTheWeb && props['SSL'] === 'enabled')
    log.followUp(`shared folder ${key} was shown with encryption only: ask for it again`, {
      code: 'ibay-ssl',
      subject,
      remedy: 'Use the web access of the folder on the page Shared folders',
    })
}

/** Empty where there is none; a page that had a password is not shown without one. */
function passwordValue(
  { key }: EsmithRecord,
  isAsked: boolean,
  { source, log }: MigrateContext,
): string {
  const password = source.passwordHash(key)
  const subject = `accounts/${key}`
  if (password.kind === 'password') {
    if (isAsked && password.weak)
      log.warning(
        `shared folder ${key}: its password is stored in an old, weak form, imported as it is`,
        { code: 'ibay-password-weak', subject, remedy: 'Set another one soon' },
      )
    return `{CRYPT}${password.hash}`
  }
  if (isAsked && source.shadow)
    log.warning(
      `shared folder ${key}: its pages ask for a password, and the old server had none that can be imported; they stay closed`,
      {
        code: 'ibay-password-missing',
        subject,
        remedy: 'Set a password on the page Shared folders',
      },
    )
  return ''
}

function reportMissingShadow(ibays: readonly WebIbay[], { source, log }: MigrateContext): void {
  if (source.shadow || !ibays.some(({ access }) => access.hasPassword)) return
  log.error(
    'etc/shadow is missing in the source, or no file: pages with a password stay closed until one is set',
    {
      code: 'shadow-missing',
      subject: 'etc/shadow',
      remedy: 'Set the passwords on the page Shared folders',
    },
  )
}

/** The old web server was in the group of every ibay; the new one is in none. */
function askForReadAccess(ibays: readonly WebIbay[], { log }: MigrateContext): void {
  const closed = ibays
    .filter(({ access }) => access.isOnTheWeb)
    .map(({ record }) => record)
    .filter(({ props }) => props['UserAccess'] !== 'wr-group-rd-everyone')
    .map(({ key }) => key)
  if (closed.length === 0) return
  log.followUp(
    `let the web server read the pages that only a group may read: ${closed.join(', ')}`,
    {
      code: 'web-server-access',
      subject: 'accounts',
      remedy: `setfacl -RPm u:apache:rX,d:u:apache:rX ${closed.map((key) => `/var/lib/nethserver/ibay/${key}/*`).join(' ')}`,
    },
  )
}
