import type { MigrateContext } from '@nethserver-migrate/core'
import { checkDevice, checkNotification, checkPrinter, checkSendTo } from './checks.js'
import { migrateDocuments } from './documents.js'
import { migrateModemFiles } from './modem-files.js'
import { migrateQueues } from './queues.js'
import { migrateSequences } from './sequences.js'
import { migrateSettings } from './settings.js'

/** Settings and files of the fax server, then what a person has to check. Rule: README.md#migrates */
export async function migrate(context: MigrateContext): Promise<void> {
  const { source, destination, log } = context
  const old = source.configuration.get('hylafax')
  if (!old) return log.info('hylafax is not in the source configuration database: nothing to do')

  await migrateSettings(old.props, context)
  await migrateDocuments(context)
  await migrateQueues(context)
  await migrateSequences(context)
  await migrateModemFiles(context)
  await destination.signalEvent('nethserver-hylafax-update')

  checkSendTo(context)
  checkPrinter(context)
  checkDevice(old.props, context)
  checkNotification(old.props, context)
}
