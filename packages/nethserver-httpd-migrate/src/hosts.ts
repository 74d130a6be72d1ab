import { toDisplay, type MigrateContext } from '@nethserver-migrate/core'
import { inTurn, shellWord } from './shell.js'
import type { WebIbay } from './web-ibay.js'

/** Every host: what a shared folder of a NethServer 6 answers for until somebody says more. */
const ANY = '__ANY__'

/**
 * The old server chose an ibay for a host; a NethServer 6 chooses hosts for a shared folder. Where
 * several are the site of every host, a person has to say which is whose. Rule: README.md#hosts
 */
export function askForHosts(ibays: readonly WebIbay[], { destination, log }: MigrateContext): void {
  const { accounts } = destination
  const ofEveryHost = ibays.filter(
    ({ record: { key }, access, sites }) =>
      access.isOnTheWeb && sites.length > 0 && accounts.prop(key, 'HttpVirtualHost') === ANY,
  )
  if (ofEveryHost.length < 2) return
  const all = ofEveryHost.map(({ record }) => record.key).join(', ')
  for (const { record, sites } of ofEveryHost)
    log.followUp(
      `${all} would each be the site of every host: give shared folder ${record.key} its own, ${sites.map(toDisplay).join(', ')}`,
      {
        code: 'ibay-hosts',
        subject: `accounts/${record.key}`,
        remedy: commandsToShow(record.key, sites),
      },
    )
}

/** Makes a shared folder of a NethServer 6 the site of these hosts alone. */
export function commandsToShow(folder: string, hosts: readonly string[]): string {
  return inTurn([
    `db accounts setprop ${folder} HttpStatus enabled HttpAliasType root HttpVirtualHost ${shellWord(hosts.join(','))}`,
    `signal-event ibay-modify ${folder}`,
  ])
}
