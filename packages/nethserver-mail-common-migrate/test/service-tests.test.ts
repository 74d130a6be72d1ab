import { testbed } from '@nethserver-migrate/testkit'
import { expect, it } from 'vitest'
import plugin from '../src/index.js'

it('wants the mail server to greet where the old one accepted mail', () => {
  const stated = (status: string) =>
    testbed({
      source: {
        databases: {
          configuration: `SystemName=old\nDomainName=example.com\nqpsmtpd=service|status|${status}\n`,
        },
      },
    }).statedServices(plugin)
  expect(stated('enabled')).toEqual([{ kind: 'smtp', record: 'postfix' }])
  expect(stated('disabled')).toEqual([])
})
