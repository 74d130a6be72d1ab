import type { ServiceContext, ServiceTest } from '@nethserver-migrate/core'

/** Former ibays that everybody may see in the list of shares. Rule: README.md#check-afterwards */
export function serviceTests({ source, destination }: ServiceContext): ServiceTest[] {
  const shares = destination.accounts
    .records('ibay')
    .filter(({ key }) => source.accounts.type(key) === 'ibay')
    .filter(
      ({ props }) =>
        props['SmbStatus'] !== 'disabled' && props['SmbShareBrowseable'] !== 'disabled',
    )
    .map(({ key }) => key)
  return shares.length === 0 ? [] : [{ kind: 'shares', record: 'smb', shares }]
}
