import { testbed } from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'

const DUMP =
  '-- MySQL dump 10.11\nCREATE TABLE a (n int);\n-- Dump completed on 2012-11-18  1:00:05\n'

describe('the test of the database server', () => {
  it.each([
    [6, 'mysqld'],
    [7, 'mariadb'],
  ] as const)('wants the databases that a NethServer %s has got', async (like, unit) => {
    const t = testbed({
      like,
      source: {
        files: {
          'home/e-smith/db/mysql/shop.dump': DUMP,
          'home/e-smith/db/mysql/wiki.dump': DUMP,
          'home/e-smith/db/mysql/mysql.dump': DUMP,
        },
      },
    })
    expect(t.statedServices(plugin)).toEqual([])
    await t.run(plugin)
    expect(t.statedServices(plugin)).toEqual([
      { kind: 'sql', record: 'mysqld', unit, databases: ['shop', 'wiki'] },
    ])
  })
})
