import {
  importable,
  toDisplay,
  type MigrateContext,
  type OperationResult,
  type Props,
} from '@nethserver-migrate/core'

/** Props that decide whether somebody gets in: an old value could lock the administrator out. */
const DECIDES_WHO_GETS_IN =
  /^(Allow|Deny|Permit)|Authentication$|^(LoginGraceTime|MaxAuthTries|Protocol|UsePAM|access|status)$/

/** Settings of the ssh server but those of log-in and access. Rule: README.md#migrates */
export async function migrateSettings(context: MigrateContext): Promise<OperationResult[]> {
  const { source, destination, log } = context
  const old = source.configuration.get('sshd')
  if (!old) {
    log.info('sshd is not in the source configuration database: its settings stay as they are here')
    return []
  }
  const props = importable(old.props, destination)
  sayWhatStays(old.props, props, context)
  const migrated = Object.entries(props).filter(([name]) => !DECIDES_WHO_GETS_IN.test(name))
  return [
    await destination.configuration.merge('sshd', Object.fromEntries(migrated), {
      typeWhenNew: old.type || 'service',
    }),
  ]
}

/** @param inWordsOfHere the old props with the words that the destination has for them. */
function sayWhatStays(
  old: Props,
  inWordsOfHere: Props,
  { destination, log }: MigrateContext,
): void {
  const here = destination.configuration.get('sshd')?.props ?? {}
  const kept = Object.entries(old).filter(
    ([name, value]) =>
      (name === 'TCPPort' || DECIDES_WHO_GETS_IN.test(name)) &&
      (inWordsOfHere[name] ?? value) !== here[name],
  )
  if (kept.length === 0) return
  const list = kept.map(
    ([name, value]) => `${toDisplay(name)}=${toDisplay(value)} (here ${shown(here[name])})`,
  )
  log.followUp(
    `look at how one may log in with ssh: nothing of it is changed here, the old server had ${list.join(', ')}`,
    {
      code: 'ssh-access-kept',
      subject: 'configuration/sshd',
      remedy:
        'To take a value over: config setprop sshd NAME VALUE; signal-event nethserver-openssh-update; then log in from another terminal before you close this one',
    },
  )
}

function shown(value: string | undefined): string {
  return value === undefined ? 'not set' : toDisplay(value) || 'empty'
}
