import {
  LEFT_BEHIND,
  firstOfEachSpelling,
  toDisplay,
  type MigrateContext,
} from '@nethserver-migrate/core'
import { askForContent } from './content.js'
import { decided } from './decisions.js'
import { setUpFolders } from './folders.js'
import { foldersHaveWebAccess } from './generation.js'
import { askForHosts } from './hosts.js'
import { publicAccess } from './public-access.js'
import { suggestReplacement } from './replacement.js'
import { sitesOf } from './sites.js'
import type { WebIbay } from './web-ibay.js'

/** The web pages of ibays: shown as before, or a task each. Rule: README.md#ibays */
export async function migrateIbays(context: MigrateContext): Promise<void> {
  const { source, destination, log } = context
  const ibays = firstOfEachSpelling('accounts', source.accounts.records('ibay'), log).map(
    (record): WebIbay =>
      decided(
        { record, access: publicAccess(record, log), sites: sitesOf(record.key, source) },
        context,
      ),
  )
  if (foldersHaveWebAccess(destination)) {
    const folders = ibays.filter((ibay) => hasFolder(ibay, context))
    await setUpFolders(folders, context)
    askForHosts(folders, context)
  } else {
    log.info('shared folders are not on the web here: a task each tells what they showed', {
      code: LEFT_BEHIND,
      subject: 'accounts',
      remedy: 'See the tasks for the ibays',
      leaves: [
        { database: 'accounts', type: 'ibay', props: ['CgiBin', 'PublicAccess', 'SSL'] },
        { database: 'domains', type: 'domain', props: ['Content'] },
      ],
    })
    const folders = ibays
      .filter(({ access }) => access.isOnTheWeb)
      .filter((ibay) => hasFolder(ibay, context))
    for (const ibay of folders) suggestReplacement(ibay, context)
  }
  askForContent(context)
}

/** Whether there is a shared folder, half-made or whole, that its pages can be shown from. */
function hasFolder({ record: { key } }: WebIbay, { destination, log }: MigrateContext): boolean {
  const type = destination.accounts.type(key)
  if (type === 'ibay' || type === 'ibay-migrate') return true
  const subject = `accounts/${toDisplay(key)}`
  log.error(`${subject}: the ibay has become no shared folder, its web pages are not migrated`, {
    code: 'ibay-missing',
    subject,
    remedy: 'See why above; when the shared folder can be made, run the same command again',
  })
  return false
}
