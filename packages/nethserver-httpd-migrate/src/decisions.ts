import {
  isHostName,
  toDisplay,
  type Bytes,
  type LookContext,
  type MigrateContext,
  type Question,
} from '@nethserver-migrate/core'
import { foldersHaveWebAccess } from './generation.js'
import { knownPublicAccess, NOT_ON_THE_WEB } from './public-access.js'
import { describeAccess } from './replacement.js'
import { sitesOf } from './sites.js'
import type { WebIbay } from './web-ibay.js'

const TOPIC = 'ibay-on-the-web'
const SHARE = 'share'

/** Which host each ibay that was on the web answers on, or that it stays a share. */
export function questions({ source, destination }: LookContext): Question[] {
  const answer = asBeforeIn(destination)
  const asBefore = foldersHaveWebAccess(destination)
    ? {
        answer,
        means: 'its pages are shown as before, on every host; where that clashes a task follows',
      }
    : {
        answer,
        means: 'it becomes a share, and a task after the import says how to show its pages',
      }
  return source.accounts.records('ibay').flatMap((record): Question[] => {
    const access = knownPublicAccess(record) ?? NOT_ON_THE_WEB
    if (!access.isOnTheWeb) return []
    const ibay = { record, access, sites: sitesOf(record.key, source) }
    return [
      {
        topic: TOPIC,
        subject: record.key,
        about: `Ibay ${toDisplay(record.key)} was on the web ${describeAccess(ibay)}.`,
        choices: [asBefore, { answer: SHARE, means: 'it is a share only, and no task is given' }],
        free: {
          means: 'or host names, separated by commas: it answers on these',
          problem: (hosts) =>
            hostsIn(hosts).every(isHostName)
              ? undefined
              : `write ${asBefore.answer}, ${SHARE}, or host names, separated by commas`,
        },
        otherwise: asBefore.answer,
      },
    ]
  })
}

/** An ibay as a person has decided; as the old server had it where nobody did. */
export function decided(ibay: WebIbay, { answers, destination, log }: MigrateContext): WebIbay {
  const { key } = ibay.record
  const answer = ibay.access.isOnTheWeb ? answers.get(TOPIC, key) : undefined
  if (answer === undefined || answer === asBeforeIn(destination)) return ibay
  if (answer !== SHARE) return { ...ibay, ownHosts: hostsIn(answer) }
  log.info(`ibay ${toDisplay(key)} is no longer shown on the web, as was decided`, {
    code: 'ibay-stays-share',
    subject: `accounts/${toDisplay(key)}`,
  })
  return { ...ibay, access: NOT_ON_THE_WEB }
}

function asBeforeIn(destination: MigrateContext['destination']): string {
  return foldersHaveWebAccess(destination) ? 'every-host' : 'later'
}

function hostsIn(answer: string): Bytes[] {
  return answer.split(',').map((host) => host.trim().toLowerCase())
}
