import { toDisplay, type MigrateContext } from '@nethserver-migrate/core'
import { foldersHaveWebAccess } from './generation.js'
import { commandsToShow } from './hosts.js'
import { domainsWithoutIbay, hostsOf } from './sites.js'
import { virtualHostCommands } from './virtual-host.js'
import { inTurn } from './shell.js'

/** Domains that showed what was no ibay: what they are to show, only a person knows. */
export function askForContent({ source, destination, log }: MigrateContext): void {
  for (const { key, props } of domainsWithoutIbay(source)) {
    const subject = `domains/${toDisplay(key)}`
    const hosts = hostsOf(key, source)
    log.warning(
      `${subject}: its content was ${toDisplay(props['Content'] ?? '')}, which is no ibay of the old server`,
      { code: 'content-missing', subject, remedy: 'See the task for this domain' },
    )
    log.followUp(`say what ${hosts.map(toDisplay).join(', ')} shows, if it is still needed`, {
      code: 'domain-content',
      subject,
      remedy: foldersHaveWebAccess(destination)
        ? `With the name of a shared folder for FOLDER: ${commandsToShow('FOLDER', hosts)}`
        : inTurn(
            virtualHostCommands({
              name: key.replace(/[^A-Za-z0-9-]/g, '-'),
              hosts,
              description: key,
              isLocal: false,
              hasPassword: false,
              onlyEncrypted: false,
            }),
          ),
    })
  }
}
