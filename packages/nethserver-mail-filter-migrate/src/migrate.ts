import {
  LEFT_BEHIND,
  toDisplay,
  trimBlanks,
  type Log,
  type MigrateContext,
  type Props,
} from '@nethserver-migrate/core'
import { reportBayes } from './bayes.js'
import { filterOf, NO_FILTER } from './filter.js'
import { DEFAULT_TAG_LEVEL, inOrder, isLevel, level, type Levels } from './levels.js'

/** The level from which on a message counts as spam, by the old word for it. */
const TAG_LEVELS = new Map([
  ['veryhigh', '2.0'],
  ['high', '3.0'],
  ['medium', '5.0'],
  ['low', '7.0'],
  ['verylow', '9.0'],
])

const CHECK = 'Check the spam levels on the page of the mail filter'

/** Spam levels, where the filter counts like the old one. Rule: README.md#spam-levels */
export async function migrate(context: MigrateContext): Promise<void> {
  const { source, destination, log } = context
  reportBayes(context)
  const old = source.configuration.get('spamassassin')?.props
  if (!old)
    return log.info('spamassassin is not in the source configuration database: nothing to do')
  const filter = filterOf(destination)
  if (!filter)
    return log.error(
      'spam levels are not migrated: the destination has neither an rspamd nor an amavisd record',
      NO_FILTER,
    )
  if (!old['Sensitivity'])
    return log.info('spamassassin of the old server has no Sensitivity: the spam levels here stay')

  if (filter === 'amavisd') await migrateLevels(old, context)
  else
    log.notice(
      `spam levels are not migrated, the scores of rspamd are not those of the old filter: ${described(old)}`,
      {
        code: 'spam-levels-not-comparable',
        subject: 'configuration/spamassassin',
        remedy: CHECK,
        leaves: [
          {
            database: 'configuration',
            key: 'spamassassin',
            props: ['RejectLevel', 'Sensitivity', 'TagLevel'],
          },
        ],
      },
    )
}

async function migrateLevels(old: Props, context: MigrateContext): Promise<void> {
  const { log } = context
  const { configuration } = context.destination
  const wanted = wantedLevels(old, configuration.get('amavisd')?.props ?? {}, context)
  const levels = inOrder(wanted)
  if (!levels)
    return log.warning('amavisd: the old spam levels contradict each other, those here stay', {
      code: 'spam-levels-unusable',
      subject: 'configuration/amavisd',
      remedy: CHECK,
    })
  const lowered = (['SpamTagLevel', 'SpamTag2Level', 'SpamKillLevel'] as const).filter(
    (name) => levels[name] !== wanted[name],
  )
  if (lowered.length > 0)
    log.warning(
      `amavisd: each spam level has to be below the next one: ${lowered.map((name) => `${name} is lowered to ${levels[name]}`).join(', ')}`,
      { code: 'spam-levels-lowered', subject: 'configuration/amavisd', remedy: CHECK },
    )
  const { SpamTagLevel, SpamTag2Level, SpamKillLevel } = levels
  await configuration.merge('amavisd', {
    SpamTag2Level,
    SpamKillLevel,
    ...(lowered.includes('SpamTagLevel') ? { SpamTagLevel } : {}),
  })
}

/** The levels as the old server had them, not yet in order, between those that stay. */
function wantedLevels(old: Props, here: Props, { log }: MigrateContext): Levels {
  const SpamDsnLevel = levelOr('20', here['SpamDsnLevel'])
  const stay = { SpamTagLevel: levelOr('2.0', here['SpamTagLevel']), SpamDsnLevel }
  const refuse = level(Number(SpamDsnLevel) - 0.1)
  const sensitivity = old['Sensitivity'] ?? ''
  if (sensitivity === 'custom')
    return {
      ...stay,
      SpamTag2Level: customLevel('TagLevel', old, DEFAULT_TAG_LEVEL, log),
      // 0 once stood for never: taken as a number it would refuse all mail.
      SpamKillLevel: customLevel('RejectLevel', old, refuse, log),
    }
  log.info(`the spam levels are those that stood for the Sensitivity ${toDisplay(sensitivity)}`, {
    code: LEFT_BEHIND,
    subject: 'configuration/spamassassin',
    leaves: [
      { database: 'configuration', key: 'spamassassin', props: ['RejectLevel', 'TagLevel'] },
    ],
  })
  if (!TAG_LEVELS.has(sensitivity))
    log.warning(
      `spamassassin: the Sensitivity ${toDisplay(sensitivity)} is unknown, the default level ${DEFAULT_TAG_LEVEL} is taken`,
      { code: 'spam-sensitivity-unknown', subject: 'configuration/spamassassin', remedy: CHECK },
    )
  return {
    ...stay,
    SpamTag2Level: TAG_LEVELS.get(sensitivity) ?? DEFAULT_TAG_LEVEL,
    SpamKillLevel: refuse,
  }
}

function customLevel(prop: string, old: Props, otherwise: string, log: Log): string {
  const value = trimBlanks(old[prop] ?? '')
  if (isLevel(value)) return Number(value) > 0 ? value : otherwise
  if (value !== '')
    log.warning(`spamassassin: ${prop} is no usable level, ${otherwise} is taken`, {
      code: 'spam-level-no-number',
      subject: `configuration/spamassassin ${prop}`,
      remedy: CHECK,
    })
  return otherwise
}

function levelOr(otherwise: string, value = ''): string {
  return isLevel(value) ? value : otherwise
}

/** The old settings for a person, who will look for something similar. */
function described(old: Props): string {
  const names =
    old['Sensitivity'] === 'custom' ? ['Sensitivity', 'TagLevel', 'RejectLevel'] : ['Sensitivity']
  return names.map((name) => `${name} ${toDisplay(old[name] ?? '')}`.trim()).join(', ')
}
