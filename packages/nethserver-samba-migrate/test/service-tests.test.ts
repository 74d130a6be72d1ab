import { testbed } from '@nethserver-migrate/testkit'
import { expect, it } from 'vitest'
import plugin from '../src/index.js'

it('wants the shared folders that were ibays listed, but for hidden ones', () => {
  const stated = (accounts: string) =>
    testbed({
      source: { databases: { accounts } },
      destination: {
        records: {
          accounts: [
            'docs=ibay|SmbStatus|enabled',
            'hidden=ibay|SmbShareBrowseable|disabled|SmbStatus|enabled',
            'half=ibay-migrate|SmbStatus|enabled',
            'off=ibay|SmbStatus|disabled',
            'own=ibay|SmbStatus|enabled',
            '',
          ].join('\n'),
        },
      },
    }).statedServices(plugin)
  expect(stated('docs=ibay\nhidden=ibay\nhalf=ibay\noff=ibay\n')).toEqual([
    { kind: 'shares', record: 'smb', shares: ['docs'] },
  ])
  expect(stated('')).toEqual([])
})
