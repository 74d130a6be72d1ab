import { testbed } from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import { oldHome, oldServer, user } from './helpers/old-server.js'

const office = (like: 6 | 7) =>
  oldServer({
    like,
    accounts: 'admin=system\n' + user('anna') + user('bruno') + user('0bad'),
    files: { ...oldHome('anna'), ...oldHome('bruno'), ...oldHome('0bad') },
  })

describe('the services of accounts', () => {
  it('are the look-up of the users that were made, on a NethServer 6', async () => {
    const t = office(6)
    await t.run(plugin)
    expect(t.statedServices(plugin)).toEqual([
      { kind: 'accounts', record: 'slapd', users: ['anna', 'bruno'] },
    ])
  })

  it('are the LDAP server, too, where it is the provider', async () => {
    const t = office(7)
    await t.run(plugin)
    expect(t.statedServices(plugin)).toEqual([
      { kind: 'accounts', record: 'sssd', users: ['anna', 'bruno'] },
      { kind: 'directory', record: 'slapd', uri: 'ldap://127.0.0.1' },
    ])
  })

  it('are those of a provider elsewhere, for the users whose files have come', async () => {
    const t = testbed({
      source: {
        databases: { accounts: 'anna=user\nbruno=user\n' },
        files: { 'home/e-smith/files/users/anna/home/notes': 'notes' },
      },
      destination: {
        records: {
          configuration:
            'sssd=service|LdapURI|ldaps://ldap.example.com|Provider|ldap|status|enabled\n',
        },
        files: { 'etc/passwd': 'anna:x:6001:6001::/var/lib/nethserver/home/anna:/bin/sh\n' },
      },
    })
    await t.run(plugin)
    expect(t.statedServices(plugin)).toEqual([
      { kind: 'accounts', record: 'sssd', users: ['anna'] },
      { kind: 'directory', record: 'sssd', uri: 'ldaps://ldap.example.com' },
    ])
  })

  it('are no look-up before an import', () => {
    expect(office(6).statedServices(plugin)).toEqual([])
  })
})
