import { testbed } from '@nethserver-migrate/testkit'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addressNumber, greenNetworks, type GreenNetwork } from '../src/plugin/green-networks.js'
import { pluginOf } from './helpers/plugin-of.js'

/** The green networks of a destination with these records in its `networks` database. */
async function greenOf(networks: string): Promise<GreenNetwork[]> {
  const found: GreenNetwork[] = []
  await testbed({ destination: { databases: { networks } } }).run(
    pluginOf(({ destination }) => void found.push(...greenNetworks(destination))),
  )
  return found
}

const green = (ipaddr: string, netmask: string) =>
  greenOf(`eth0=ethernet|ipaddr|${ipaddr}|netmask|${netmask}|role|green\n`)

it('finds the green interfaces of whatever type in byte order, and no other', async () => {
  const found = await greenOf(
    [
      'eth1=ethernet|ipaddr|10.0.0.1|netmask|255.0.0.0|role|green',
      'br0=bridge|ipaddr|192.168.1.2|netmask|255.255.255.0|role|green',
      'eth0=ethernet|role|bridged',
      'eth2=ethernet|bootproto|dhcp|role|green',
      'eth3=ethernet|ipaddr|10.9.0.1|netmask|255.0.0.0|role|red',
      '172.16.0.0=network|Mask|255.255.0.0',
      '',
    ].join('\n'),
  )
  expect(found.map(({ key, address }) => [key, address])).toEqual([
    ['br0', '192.168.1.2'],
    ['eth1', '10.0.0.1'],
    ['eth2', ''],
  ])
})

it('finds none where none is', async () => {
  expect(await greenOf('eth0=ethernet|ipaddr|10.0.0.1|netmask|255.0.0.0|role|red\n')).toEqual([])
})

it.each([
  ['192.168.1.2', '255.255.255.0', '192.168.1.1', true],
  ['192.168.1.2', '255.255.255.0', '192.168.1.254', true],
  ['192.168.1.2', '255.255.255.0', '192.168.1.0', false],
  ['192.168.1.2', '255.255.255.0', '192.168.1.255', false],
  ['192.168.1.2', '255.255.255.0', '192.168.2.1', false],
  ['192.168.1.2', '255.255.255.0', '192.168.0.255', false],
  ['192.168.1.2', '255.255.254.0', '192.168.0.1', true],
  ['192.168.200.9', '255.255.255.128', '192.168.200.127', false],
  ['192.168.200.9', '255.255.255.128', '192.168.200.126', true],
  ['200.1.1.1', '255.0.0.0', '200.255.255.254', true],
  ['10.0.0.1', '255.0.0.0', '10.0.0.1 ', false],
  ['10.0.0.1', '255.0.0.0', '', false],
  ['', '255.0.0.0', '10.0.0.1', false],
  ['10.0.0.1', '', '10.0.0.1', false],
])('of %s with the mask %s: has %s is %s', async (ipaddr, netmask, address, has) => {
  const [network] = await green(ipaddr, netmask)
  expect(network?.has(address)).toBe(has)
})

it('orders addresses as people do, byte by byte', () => {
  const address = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255))
  fc.assert(
    fc.property(address, address, (a, b) => {
      const different = a.findIndex((byte, index) => byte !== b[index])
      expect(Math.sign(addressNumber(a.join('.')) - addressNumber(b.join('.')))).toBe(
        different < 0 ? 0 : Math.sign((a[different] ?? 0) - (b[different] ?? 0)),
      )
    }),
  )
})
