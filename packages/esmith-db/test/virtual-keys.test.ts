import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Database, hostVirtualKeys } from '../src/index.js'
import { databaseFile, recordsIn, temporaryFolder } from './support.js'

function rootWithLocaltime(target?: string): string {
  const root = temporaryFolder()
  mkdirSync(join(root, 'etc'))
  if (target === undefined) writeFileSync(join(root, 'etc/localtime'), 'TZif')
  else symlinkSync(target, join(root, 'etc/localtime'))
  return root
}

describe('hostVirtualKeys', () => {
  it('splits the host name at its first dot', () => {
    const { SystemName, DomainName } = hostVirtualKeys()
    const [system, ...domain] = hostname().split('.')
    expect([SystemName?.(), DomainName?.()]).toEqual([system, domain.join('.')])
  })

  it.each([
    ['/usr/share/zoneinfo/Europe/Rome', 'Europe/Rome'],
    ['../usr/share/zoneinfo/Europe/Rome', 'Europe/Rome'],
    [undefined, 'UTC'],
  ])('takes the time zone of a localtime that leads to %s', (target, zone) => {
    expect(hostVirtualKeys(rootWithLocaltime(target)).TimeZone?.()).toBe(zone)
  })

  it('takes UTC without a localtime', () => {
    expect(hostVirtualKeys(temporaryFolder()).TimeZone?.()).toBe('UTC')
  })
})

describe('a database with virtual keys', () => {
  let zone = 'Europe/Rome'
  const virtual = { TimeZone: () => zone }

  it('reads the computed value, and keeps writes to it out', async () => {
    zone = 'Europe/Rome'
    const path = databaseFile('TimeZone=UTC|old|1\na=1\n')
    const database = Database.open(path, { virtual })
    expect(database.table.get('TimeZone')).toEqual({
      key: 'TimeZone',
      type: 'Europe/Rome',
      props: {},
    })

    const before = readFileSync(path, 'latin1')
    const { written, results } = await database.commit([
      { kind: 'setType', key: 'TimeZone', type: 'Asia/Tokyo' },
      { kind: 'delete', key: 'TimeZone' },
    ])
    expect([written, ...results.map(({ outcome }) => outcome)]).toEqual([
      false,
      'unchanged',
      'unchanged',
    ])
    expect(readFileSync(path, 'latin1')).toBe(before)
  })

  it('stores the computed value of the moment when another record is written', async () => {
    zone = 'Europe/Rome'
    const path = databaseFile('a=1\n')
    const database = Database.open(path, { virtual })
    zone = 'Asia/Tokyo'
    await database.commit([{ kind: 'set', key: 'a', type: '2', props: {} }])
    expect(recordsIn(path)).toBe('TimeZone=Asia/Tokyo\na=2\n')
    expect(database.table.type('TimeZone')).toBe('Asia/Tokyo')
  })
})
