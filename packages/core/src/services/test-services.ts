import { once } from 'node:events'
import { describeError } from '../errors.js'
import { toDisplay } from '../files/bytes.js'
import type { Plugin } from '../plugin/define-plugin.js'
import { actionLog, type LogDetails } from '../report/log.js'
import type { Finding } from '../report/findings.js'
import {
  SERVICE_PLACES,
  type ServiceContext,
  type ServiceKind,
  type ServiceOptions,
  type ServiceResult,
  type ServiceTest,
  type TestUser,
} from './service-test.js'
import { failed, notDone, type Means, type Tried } from './trial.js'
import { tryAccounts } from './try-accounts.js'
import { tryDirectory } from './try-directory.js'
import { tryImap } from './try-imap.js'
import { tryShares } from './try-shares.js'
import { trySmtp } from './try-smtp.js'
import { trySql } from './try-sql.js'
import { tryWeb } from './try-web.js'

/** One question to one service. */
interface Trial {
  readonly subject: string
  readonly attempt: (means: Means) => Promise<Tried>
}

/** The code of an error, by the kind of the test that has failed. */
const FAILED: Readonly<Record<ServiceKind, LogDetails>> = {
  accounts: { code: 'service-accounts' },
  directory: { code: 'service-directory' },
  imap: { code: 'service-imap' },
  smtp: { code: 'service-smtp' },
  web: { code: 'service-web' },
  shares: { code: 'service-shares' },
  sql: { code: 'service-sql' },
}

/**
 * Asks the services that plugins state, all at the same time, each for no longer than its limit.
 * Nothing is changed. An error is said for each test that failed, a notice for each that was not
 * done; where nothing runs, all are listed as not done, and said once. docs/verifying.md#services
 * @returns the results in the order of the plugins.
 */
export async function testServices(
  plugins: readonly Plugin[],
  context: ServiceContext,
  isLive: boolean,
  options: ServiceOptions,
  sink: (finding: Finding) => void,
): Promise<ServiceResult[]> {
  const tests = plugins.flatMap((plugin) =>
    testsOf(plugin, context, sink).map((test) => ({ plugin: plugin.name, test })),
  )
  const asked = tests.map(({ plugin, test }) => askService(plugin, test, context, isLive, options))
  const results = (await Promise.all(asked)).flat()
  if (isLive) for (const result of results) sayResult(result, sink)
  else if (results.length > 0)
    actionLog('', 'verify', sink).info(`services are not tested: ${NOTHING_RUNS}`, {
      code: 'services-not-tested',
      remedy: 'Run verify without --root on the server itself, once its queue was replayed',
    })
  return results
}

const NOTHING_RUNS = 'nothing runs in a staged destination'

/** A plugin that cannot say what it imported for keeps no other service from being tested. */
function testsOf(
  { name, serviceTests }: Plugin,
  context: ServiceContext,
  sink: (finding: Finding) => void,
): readonly ServiceTest[] {
  try {
    return serviceTests?.(context) ?? []
  } catch (error) {
    const { message, remedy } = describeError(error)
    actionLog(name, 'verify', sink).error(`the services are not tested: ${message}`, {
      code: 'service-not-done',
      subject: name,
      remedy,
    })
    return []
  }
}

async function askService(
  plugin: string,
  test: ServiceTest,
  { destination: { configuration } }: ServiceContext,
  isLive: boolean,
  { places: given = {}, testUser }: ServiceOptions,
): Promise<ServiceResult[]> {
  const places = { ...SERVICE_PLACES, ...given }
  const { record, unit = toDisplay(record) } = test
  const statusCommand = configuration.has('sssd')
    ? `systemctl status ${unit}`
    : `service ${unit} status`
  const isOff = configuration.prop(record, 'status') === 'disabled'
  return Promise.all(
    trialsOf(test, testUser).map(async ({ subject, attempt }) => {
      const tried = !isLive
        ? notDone(NOTHING_RUNS, '')
        : isOff
          ? notDone(`${subject}: ${toDisplay(record)} is disabled on this server`, '')
          : await withinLimit({ places, testUser, statusCommand }, subject, attempt)
      return { plugin, kind: test.kind, subject, ...tried }
    }),
  )
}

function trialsOf(test: ServiceTest, testUser: TestUser | undefined): Trial[] {
  switch (test.kind) {
    case 'accounts':
      return [{ subject: 'accounts', attempt: (means) => tryAccounts(test.users, means) }]
    case 'directory':
      return [{ subject: test.uri, attempt: (means) => tryDirectory(test.uri, means) }]
    case 'imap':
      return [{ subject: testUser?.name ?? 'IMAP', attempt: (means) => tryImap(test.users, means) }]
    case 'smtp':
      return [{ subject: 'SMTP', attempt: trySmtp }]
    case 'web':
      return test.hosts.map((host) => ({
        subject: host,
        attempt: (means) => tryWeb(host, means),
      }))
    case 'shares':
      return [{ subject: 'shared folders', attempt: (means) => tryShares(test.shares, means) }]
    case 'sql':
      return [{ subject: 'databases', attempt: (means) => trySql(test.databases, means) }]
  }
}

/** What a test does not foresee, such as a port where nobody listens, is a failure of its service. */
async function withinLimit(
  means: Omit<Means, 'signal'>,
  subject: string,
  attempt: Trial['attempt'],
): Promise<Tried> {
  const { places, statusCommand } = means
  const limit = new AbortController()
  const look = `Run ${statusCommand}, and start the service if it does not run; if it runs, its log says more`
  const late = failed(`${subject}: no answer within ${places.seconds} seconds`, look)
  const timer = setTimeout(() => limit.abort(), places.seconds * 1000)
  const over = once(limit.signal, 'abort').then(() => late)
  try {
    const tried = await Promise.race([attempt({ ...means, signal: limit.signal }), over])
    // What was cut short has no answer, whatever it says.
    return limit.signal.aborted ? late : tried
  } catch (error) {
    if (limit.signal.aborted) return late
    return failed(`${subject}: ${describeError(error).message}`, look)
  } finally {
    clearTimeout(timer)
  }
}

function sayResult(
  { plugin, kind, subject, outcome, message, remedy }: ServiceResult,
  sink: (finding: Finding) => void,
): void {
  const log = actionLog(plugin, 'verify', sink)
  if (outcome === 'failed') log.error(message, { ...FAILED[kind], subject, remedy })
  if (outcome === 'not-done') log.notice(message, { code: 'service-not-done', subject, remedy })
}
