import { testbed, type Testbed } from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'

const SOURCE = {
  databases: {
    accounts: 'shop=ibay\nwiki=ibay\nclosed=ibay\n',
    domains: 'example.com=domain\nshop.example.com=domain|Content|shop\n',
    hosts: 'www.shop.example.com=host|HostType|Self\n',
  },
}

describe('the virtual hosts that are to answer', () => {
  it('are those of shared folders that were ibays, and the server itself, on a NethServer 6', () => {
    const t = testbed({
      like: 6,
      source: SOURCE,
      destination: {
        records: {
          accounts: [
            'closed=ibay|HttpStatus|disabled|HttpVirtualHost|closed.example.com',
            'own=ibay|HttpStatus|enabled|HttpVirtualHost|own.example.com',
            'shop=ibay|HttpStatus|enabled|HttpVirtualHost|shop.example.com,www.shop.example.com',
            'wiki=ibay|HttpStatus|enabled|HttpVirtualHost|__ANY__',
            '',
          ].join('\n'),
        },
      },
    })
    expect(t.statedServices(plugin)).toEqual([
      {
        kind: 'web',
        record: 'httpd',
        hosts: [ownName(t), 'shop.example.com', 'www.shop.example.com'],
      },
    ])
  })

  it('are those that a person has made for names of the old server, on a NethServer 7', () => {
    const t = testbed({
      source: SOURCE,
      destination: {
        databases: {
          vhosts: [
            'a=vhost|ServerNames|shop.example.com,www.shop.example.com|status|enabled',
            'b=vhost|ServerNames|other.test,example.com|status|enabled',
            'c=vhost|ServerNames|example.com|status|disabled',
            '',
          ].join('\n'),
        },
      },
    })
    expect(t.statedServices(plugin)).toEqual([
      {
        kind: 'web',
        record: 'httpd',
        hosts: [ownName(t), 'shop.example.com', 'www.shop.example.com', 'example.com'],
      },
    ])
  })
})

function ownName(t: Testbed): string {
  const value = (key: string) =>
    new RegExp(`^${key}=(.*)$`, 'm').exec(t.databaseText('configuration'))?.[1] ?? ''
  return `${value('SystemName')}.${value('DomainName')}`
}
