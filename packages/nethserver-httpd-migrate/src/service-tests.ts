import {
  isHostName,
  splitNames,
  type ServiceContext,
  type ServiceTest,
} from '@nethserver-migrate/core'
import { foldersHaveWebAccess } from './generation.js'
import { hostsOf } from './sites.js'

/**
 * The server's own name, and every virtual host that shows something of the old server: a shared
 * folder on a NethServer 6, on a NethServer 7 what a person has made of an ibay. Rule:
 * README.md#check-afterwards
 */
export function serviceTests(context: ServiceContext): ServiceTest[] {
  const { configuration } = context.destination
  const names = ['SystemName', 'DomainName'].map((key) => configuration.type(key) ?? '')
  const own = names.filter((name) => name !== '').join('.')
  const hosts = [
    own,
    ...(foldersHaveWebAccess(context.destination) ? ofFolders : ofVhosts)(context),
  ]
  return [{ kind: 'web', record: 'httpd', hosts: [...new Set(hosts)].filter(isHostName) }]
}

function ofFolders({ source, destination }: ServiceContext): string[] {
  return destination.accounts
    .records('ibay')
    .filter(
      ({ key, props }) => source.accounts.type(key) === 'ibay' && isEnabled(props['HttpStatus']),
    )
    .flatMap(({ props }) => splitNames(props['HttpVirtualHost'] ?? ''))
    .filter((host) => host !== '__ANY__')
}

function ofVhosts({ source, destination }: ServiceContext): string[] {
  const domains = source.database('domains')?.records('domain') ?? []
  const old = new Set(domains.flatMap(({ key }) => hostsOf(key, source)))
  return destination
    .database('vhosts')
    .records('vhost')
    .filter(({ props }) => isEnabled(props['status']))
    .flatMap(({ props }) => splitNames(props['ServerNames'] ?? ''))
    .filter((host) => old.has(host))
}

function isEnabled(status: string | undefined): boolean {
  return status === 'enabled'
}
