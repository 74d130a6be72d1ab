import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import { oldServer } from './helpers/old-server.js'

const CHECK_ROLE = 'follow-up check-samba-role configuration/smb'

describe('the logon drive of a NethServer 7', () => {
  const drive = async (LogonDrive: string | undefined) => {
    const t = oldServer({ like: 7, smb: LogonDrive === undefined ? {} : { LogonDrive } })
    const { said } = await t.run(plugin)
    const [, value] = /\|LogonDrive\|([^|]*)/.exec(t.record('configuration', 'smb') ?? '') ?? []
    return { t, said, value }
  }

  it.each([
    ['H', 'H:'],
    ['H:', 'H:'],
    ['h', 'h:'],
    [' H ', 'H:'],
    ['', 'Z:'],
    [undefined, 'Z:'],
  ])('is the letter of the old server with one colon: "%s"', async (old, now) => {
    const { said, value } = await drive(old)
    expect([value, said]).toEqual([now, [CHECK_ROLE]])
  })

  it.each(['HH', '1', ':', 'H:\\\\x', '$(x)'])(
    'is Z: where the old one is no letter, with a warning: "%s"',
    async (old) => {
      const { said, value } = await drive(old)
      expect(value).toBe('Z:')
      expect(said).toEqual(['warning logon-drive-invalid configuration/smb', CHECK_ROLE])
    },
  )

  it('is all that comes: no role, no workgroup, no event', async () => {
    const { t } = await drive('H')
    expect(t.record('configuration', 'smb')).toBe(
      'smb=service|DeadTime|10080|HomeAdmStatus|disabled|InheritOwner|no|LogonDrive|H:|NetbiosAliasList||ShareAdmStatus|disabled|TCPPorts|139,445|UseClientDriver|yes|UseCups|enabled|WinsServerIP||access|green|status|enabled',
    )
    expect(t.events()).toEqual([])
  })
})
