import { testbed } from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'

const installed = { configuration: 'dc=service|TCPPort|100|status|disabled\n' }

describe('nethserver-dc-migrate', () => {
  it('carries the settings over but the ports, then signals the update', async () => {
    const bed = testbed({
      source: { databases: { configuration: 'dc=service|TCPPort|99|status|enabled\n' } },
      destination: { records: installed },
    })
    await bed.run(plugin)
    expect(bed.record('configuration', 'dc')).toBe('dc=service|TCPPort|100|status|enabled')
    expect(bed.events()).toEqual(['nethserver-dc-update'])
  })

  it('does nothing when the source has no record', async () => {
    const bed = testbed({ destination: { records: installed } })
    await bed.run(plugin)
    expect(bed.record('configuration', 'dc')).toBe('dc=service|TCPPort|100|status|disabled')
    expect(bed.events()).toEqual([])
  })

  it('changes nothing the second time', async () => {
    const bed = testbed({
      source: { databases: { configuration: 'dc=service|status|enabled\n' } },
      destination: { records: installed },
    })
    await bed.run(plugin)
    const after = bed.databaseText('configuration')
    await bed.run(plugin)
    expect(bed.databaseText('configuration')).toBe(after)
    expect(bed.events()).toEqual(['nethserver-dc-update'])
  })
})
