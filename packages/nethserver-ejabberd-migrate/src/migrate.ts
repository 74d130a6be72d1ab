import { importable, toDisplay, type MigrateContext } from '@nethserver-migrate/core'

/** Carries the chat server's settings over. Rule: README.md#migrates */
export async function migrate({ source, destination, log }: MigrateContext): Promise<void> {
  const old = source.configuration.get('ejabberd')
  if (!old) return log.info('ejabberd is not in the source configuration database: nothing to do')

  const props = importable(old.props, destination)
  const known = destination.configuration.get('ejabberd')?.props
  const unused = known ? Object.keys(props).filter((name) => !(name in known)) : []
  if (unused.length > 0)
    log.info(
      `ejabberd of the destination does not use ${unused.map(toDisplay).join(', ')}: carried over all the same`,
      { code: 'unused-props', subject: 'configuration/ejabberd' },
    )
  await destination.configuration.merge('ejabberd', props, { typeWhenNew: old.type || 'service' })
  await destination.signalEvent('nethserver-ejabberd-update')
}
