import {
  importable,
  toDisplay,
  trimBlanks,
  type Destination,
  type MigrateContext,
  type Props,
} from '@nethserver-migrate/core'

/** The record `hylafax`. Rule: README.md#settings */
export async function migrateSettings(
  old: Props,
  { destination, log }: MigrateContext,
): Promise<void> {
  const { configuration } = destination
  const services = hasServiceRecords(destination)
  const leftOut = services ? ['Auth', 'access'] : ['Auth']
  const props = {
    ...Object.fromEntries(
      Object.entries(importable(old, destination)).filter(([name]) => !leftOut.includes(name)),
    ),
    PrintReceived: isSet(old['PrinterName']) ? 'enabled' : 'disabled',
  }
  const known = configuration.get('hylafax')?.props
  const unused = known ? Object.keys(props).filter((name) => !(name in known)) : []
  if (unused.length > 0)
    log.info(
      `the fax server of the destination does not use ${unused.map(toDisplay).join(', ')}: carried over all the same`,
      { code: 'unused-props', subject: 'configuration/hylafax' },
    )

  const type = services ? 'configuration' : 'service'
  await configuration.merge('hylafax', props, { typeWhenNew: type })
  await configuration.setType('hylafax', type)
  await configuration.deleteProps('hylafax', ['Auth'])
}

/**
 * Whether ports and access have records of their own (NethServer 7), so that `hylafax` is no
 * service but settings alone.
 */
export function hasServiceRecords({ configuration }: Destination): boolean {
  return (
    configuration.has('hylafax-hfaxd') ||
    (configuration.has('hylafax')
      ? configuration.type('hylafax') === 'configuration'
      : configuration.has('sssd'))
  )
}

/** A fresh destination has a blank where nothing is set. */
export function isSet(value: string | undefined): value is string {
  return value !== undefined && trimBlanks(value) !== ''
}
