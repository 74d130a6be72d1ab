import type { MigrateContext, OperationResult } from '@nethserver-migrate/core'
import { copyPpdFiles } from './ppd-files.js'
import { addQueues, planQueues } from './queues.js'
import { reportPrinters } from './report-printers.js'

/** Printers and classes, added to those of the destination. Rule: README.md#migrates */
export async function migrate(context: MigrateContext): Promise<void> {
  const plan = planQueues(context)
  const files = [...(await copyPpdFiles(plan, context)), ...(await addQueues(plan, context))]
  reportPrinters(plan, context)
  // Last: what stops and starts the service goes by the status that it had.
  const status = await migrateStatus(context)
  await context.destination.signalEvent('nethserver-cups-update', [], {
    onlyFor: [...files, ...status],
  })
}

async function migrateStatus({
  source,
  destination,
  log,
}: MigrateContext): Promise<OperationResult[]> {
  const status = source.configuration.prop('cups', 'status')
  if (status)
    return [await destination.configuration.merge('cups', { status }, { typeWhenNew: 'service' })]
  log.info('cups has no status in the source configuration database: it stays as it is here')
  return []
}
