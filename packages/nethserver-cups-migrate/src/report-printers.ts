import { toDisplay, type MigrateContext } from '@nethserver-migrate/core'
import { foldName, valuesOf, type Queue } from './queue-file.js'
import type { QueuePlan } from './queues.js'

/** Devices that belong to the machine that they are plugged into. */
const PLUGGED_IN = /^(usb|parallel|serial|scsi|hal):|^hp(fax)?:\/(usb|par)\//i

/** What a person has to do for the printers. Rule: README.md#check-afterwards */
export function reportPrinters({ old, carried }: QueuePlan, context: MigrateContext): void {
  const printers = carried.filter(({ kind }) => kind === 'Printer')
  reportDrivers(printers, context)
  reportPluggedIn(printers, context)
  reportRecords(old, context)
}

function reportDrivers(printers: readonly Queue[], { destination, log }: MigrateContext): void {
  const hasPpd = ({ name }: Queue) =>
    destination.readFile(`/etc/cups/ppd/${name}.ppd`) !== undefined
  const driven = printers.filter(hasPpd)
  const raw = printers.filter((printer) => !hasPpd(printer))
  if (driven.length > 0)
    log.followUp(`install the drivers of printers, which are not migrated: ${names(driven)}`, {
      code: 'printer-drivers',
      subject: 'etc/cups/ppd',
      remedy: 'Print a test page on each: lp -d NAME FILE',
    })
  if (raw.length > 0)
    log.notice(`printers without a PPD file print what they get as it is: ${names(raw)}`, {
      code: 'printers-without-ppd',
      subject: 'etc/cups/ppd',
      remedy: 'Choose a driver for those that printed with one on the old server',
    })
}

function reportPluggedIn(printers: readonly Queue[], { log }: MigrateContext): void {
  const pluggedIn = printers.filter((printer) =>
    valuesOf(printer, 'DeviceURI').some((device) => PLUGGED_IN.test(device)),
  )
  if (pluggedIn.length > 0)
    log.followUp(`plug in the printers that hung on the old server itself: ${names(pluggedIn)}`, {
      code: 'printers-plugged-in',
      subject: 'etc/cups/printers.conf',
      remedy: 'Their devices may have other names here: lpinfo -v shows them',
    })
}

/** Printers of a printing service that came before this one. */
function reportRecords(old: readonly Queue[], { source, log }: MigrateContext): void {
  const known = new Set(old.map(({ name }) => foldName(name)))
  const unknown = source.accounts.records('printer').filter(({ key }) => !known.has(foldName(key)))
  if (unknown.length > 0)
    log.followUp(
      `set up the printers that the old server has as records only: ${unknown.map(({ key }) => toDisplay(key)).join(', ')}`,
      {
        code: 'printers-as-records',
        subject: 'home/e-smith/db/accounts',
        remedy: 'Their addresses stand in this database of the source; add them with lpadmin',
      },
    )
}

function names(queues: readonly Queue[]): string {
  return queues.map(({ name }) => toDisplay(name)).join(', ')
}
