import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import { oldServer } from './helpers/old-server.js'

const CHECK_ROLE = 'follow-up check-samba-role configuration/smb'

describe.each([
  [6, ''],
  [7, '|SmbShareBrowseable|enabled'],
] as const)('a shared folder of a NethServer %s', (like, browseable) => {
  it.each(['ibay', 'ibay-migrate'])(
    'is shared as the old server did, with its recycle bin: type %s',
    async (type) => {
      const t = oldServer({
        like,
        accounts: 'drawings=ibay|RecycleBin|enabled\nwiki=ibay|RecycleBin|\nshop=ibay\n',
        here: `drawings=${type}|OwningGroup|tech\nshop=${type}\nwiki=${type}\n`,
      })
      const { said } = await t.run(plugin)
      expect(said).toEqual([CHECK_ROLE])
      const settings = (bin: string) =>
        `SmbProfileType|migration|SmbRecycleBinStatus|${bin}${browseable}|SmbStatus|enabled`
      expect(['drawings', 'wiki', 'shop'].map((key) => t.record('accounts', key))).toEqual([
        `drawings=${type}|OwningGroup|tech|${settings('enabled')}`,
        `wiki=${type}|${settings('disabled')}`,
        `shop=${type}|${settings('disabled')}`,
      ])
      expect(t.events().filter((event) => event.includes('ibay'))).toEqual([])
    },
  )

  it.each(['', 'own=user\n', 'OWN=ibay\n'])(
    'that the old server did not have is left alone, with a warning: %s',
    async (accounts) => {
      const t = oldServer({ like, accounts, here: 'own=ibay|Description|x\n' })
      const { said } = await t.run(plugin)
      expect(said).toEqual([CHECK_ROLE, 'warning ibay-unknown accounts/own'])
      expect(t.record('accounts', 'own')).toBe('own=ibay|Description|x')
    },
  )

  it('has no recycle bin where the old value is unknown, with a warning', async () => {
    const t = oldServer({
      like,
      accounts: 'drawings=ibay|RecycleBin|maybe\n',
      here: 'drawings=ibay\n',
    })
    const { said } = await t.run(plugin)
    expect(said).toEqual([CHECK_ROLE, 'warning recycle-bin-unknown accounts/drawings'])
    expect(t.record('accounts', 'drawings')).toContain('|SmbRecycleBinStatus|disabled|')
  })

  it('is not touched where a record of the name is something else', async () => {
    const t = oldServer({ like, accounts: 'drawings=ibay\n', here: 'drawings=pseudonym\n' })
    await t.run(plugin)
    expect(t.record('accounts', 'drawings')).toBe('drawings=pseudonym')
  })
})
