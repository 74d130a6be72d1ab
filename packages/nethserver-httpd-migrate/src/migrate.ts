import {
  LEFT_BEHIND,
  firstOfEachSpelling,
  importable,
  toDisplay,
  type MigrateContext,
  type OperationResult,
} from '@nethserver-migrate/core'
import { foldersHaveWebAccess } from './generation.js'
import { shellWord } from './shell.js'

/** Who may reach the web server, and what it passes on. Rule: README.md#migrates */
export async function migrate(context: MigrateContext): Promise<void> {
  const results = [...(await migrateAccess(context)), ...(await migrateProxyPass(context))]
  reportCipherSuite(context)
  await context.destination.signalEvent('nethserver-httpd-update', [], { onlyFor: results })
}

async function migrateAccess({
  source,
  destination,
  log,
}: MigrateContext): Promise<OperationResult[]> {
  if (!foldersHaveWebAccess(destination)) {
    log.info('access and status of the web server stay as they are here', {
      code: LEFT_BEHIND,
      subject: 'configuration/httpd',
      leaves: [{ database: 'configuration', key: 'httpd-e-smith', props: ['access', 'status'] }],
    })
    return []
  }
  const { access, status } = source.configuration.get('httpd-e-smith')?.props ?? {}
  const props = importable({ access: access || 'public', status: status || 'enabled' }, destination)
  return [await destination.configuration.merge('httpd', props, { typeWhenNew: 'service' })]
}

/** The port of a target is that of another server: it stays. */
async function migrateProxyPass(context: MigrateContext): Promise<OperationResult[]> {
  const { source, destination, log } = context
  const results: OperationResult[] = []
  const records = source.accounts.records('ProxyPass')
  for (const { key, props } of firstOfEachSpelling('accounts', records, log)) {
    const result = await destination
      .database('proxypass')
      .create(key, 'ProxyPass', importable(props, destination))
    const subject = `proxypass/${toDisplay(key)}`
    if (result.outcome === 'exists')
      log.info(`${subject} exists at the destination: kept as it is`, {
        code: 'proxypass-exists',
        subject,
        leaves: [{ database: 'accounts', type: 'ProxyPass', key }],
      })
    results.push(result)
  }
  return results
}

function reportCipherSuite({ source, log }: MigrateContext): void {
  const suite = source.configuration.prop('modSSL', 'CipherSuite') ?? ''
  if (suite === '') return
  log.notice(
    `modSSL CipherSuite of the old server is not imported, today it is weak: ${toDisplay(suite)}`,
    {
      code: 'cipher-suite-left-out',
      subject: 'configuration/modSSL CipherSuite',
      remedy: `If old clients need it: config setprop httpd SSLCipherSuite ${shellWord(suite)} && signal-event nethserver-httpd-update`,
    },
  )
}
