import {
  splitNames,
  toDisplay,
  trimBlanks,
  type Destination,
  type MigrateContext,
  type Props,
} from '@nethserver-migrate/core'
import { hasServiceRecords, isSet } from './settings.js'

/** What decides who learns of an incoming fax, and how. */
const NOTIFICATION = [
  'SendTo',
  'NotifyMaster',
  'NotifyFileType',
  'DispatchFileType',
  'PrinterName',
  'PrintReceived',
]
const APPLY = 'then run signal-event nethserver-hylafax-update'

/** Faxes for somebody who is not here would bounce. Rule: README.md#check-afterwards */
export function checkSendTo({ destination, log }: MigrateContext): void {
  const names = splitNames(setting('SendTo', destination)).filter(
    (name) => !getsMail(name, destination),
  )
  if (names.length === 0) return
  const unknown = names.map(toDisplay).join(', ')
  const subject = 'configuration/hylafax SendTo'
  log.warning(
    `received faxes are sent to ${unknown}: no user, group or address of the destination`,
    {
      code: 'fax-recipient-unknown',
      subject,
    },
  )
  log.followUp(`decide who gets received faxes: SendTo names ${unknown}`, {
    code: 'set-fax-recipient',
    subject,
    remedy: `Run config setprop hylafax SendTo ADDRESS, ${APPLY}`,
  })
}

export function checkPrinter({ destination, log }: MigrateContext): void {
  const name = setting('PrinterName', destination)
  if (name === '' || printers(destination).has(name.toLowerCase())) return
  log.warning(
    `received faxes are printed on ${toDisplay(name)}: the destination has no such printer`,
    {
      code: 'fax-printer-unknown',
      subject: 'configuration/hylafax PrinterName',
      remedy: 'Add the printer, or name another one in PrinterName',
    },
  )
}

export function checkDevice(old: Props, { destination, log }: MigrateContext): void {
  const device = setting('FaxDevice', destination)
  const problem = deviceProblem(old, device, destination.hasDevice(device))
  if (problem !== undefined && hasServiceRecords(destination))
    log.warning(problem, {
      code: 'fax-device-missing',
      subject: 'configuration/hylafax FaxDevice',
      remedy: `Connect the modem, run config setprop hylafax FaxDevice DEVICE, ${APPLY}`,
    })
  if (device !== '')
    log.followUp(`check that the modem is ${toDisplay(device)} on this server`, {
      code: 'check-fax-device',
      subject: 'configuration/hylafax FaxDevice',
      remedy: `Run ls -l /dev/${toDisplay(device)}`,
    })
}

/** Why no modem may answer, or nothing. `exists` is unknown where the devices cannot be seen. */
export function deviceProblem(
  { FaxDevice: old }: Props,
  device: string,
  exists: boolean | undefined,
): string | undefined {
  if (device === '') return 'FaxDevice is not set: the fax server has no modem'
  if (exists === false) return `the destination has no modem /dev/${toDisplay(device)}`
  return isSet(old)
    ? undefined
    : `FaxDevice was not set on the old server: ${toDisplay(device)} of the destination stays`
}

/** The one thing that always has to be looked at, with the values of both servers. */
export function checkNotification(old: Props, { destination, log }: MigrateContext): void {
  const now = destination.configuration.get('hylafax')?.props ?? {}
  const values = NOTIFICATION.map((name) => `${name} ${shown(old[name])} → ${shown(now[name])}`)
  log.followUp(`check who is told of incoming faxes, and how (old → new): ${values.join(', ')}`, {
    code: 'check-fax-notification',
    subject: 'configuration/hylafax',
    remedy: `Change what is wrong with config setprop hylafax PROP VALUE, ${APPLY}`,
  })
}

function setting(name: string, { configuration }: Destination): string {
  return trimBlanks(configuration.prop('hylafax', name) ?? '')
}

function shown(value: string | undefined): string {
  return value === undefined ? 'not set' : isSet(value) ? toDisplay(value) : 'empty'
}

/** Whether somebody reads the mail to a name; that of another server cannot be looked up. */
function getsMail(name: string, destination: Destination): boolean {
  const { accounts, configuration } = destination
  const [local = '', domain = configuration.type('DomainName') ?? ''] = name.split('@')
  if (local === '') return false
  if (name.includes('@') && !servesDomain(domain.toLowerCase(), destination)) return true
  const id = destination.findUser(local)?.uid ?? destination.findGroup(local)?.gid ?? 0
  return (
    ['admin', 'postmaster', 'root'].includes(local) ||
    ['user', 'group'].includes(accounts.type(local) ?? '') ||
    [`${local}@`, `${local}@${domain}`].some((key) => accounts.type(key) === 'pseudonym') ||
    destination.isPersonalId(id)
  )
}

function servesDomain(domain: string, destination: Destination): boolean {
  return (
    domain === destination.configuration.type('DomainName')?.toLowerCase() ||
    destination.database('domains').has(domain)
  )
}

/** The names of all printers and classes, in small letters: CUPS does not tell case apart. */
function printers(destination: Destination): Set<string> {
  const text = ['printers', 'classes']
    .map((name) => destination.readFile(`/etc/cups/${name}.conf`) ?? '')
    .join('\n')
  const names = text.matchAll(/^[ \t]*<(?:Default)?(?:Printer|Class)[ \t]+([^\s>]+)[ \t]*>/gim)
  return new Set([...names].map(([, name = '']) => name.toLowerCase()))
}
