import { testbed } from '@nethserver-migrate/testkit'
import { expect, it } from 'vitest'
import { pluginOf } from './helpers/plugin-of.js'

const plugin = pluginOf(({ log }) => log.warning('the cat is gone', { code: 'cat-gone' }))

it('a finding whose code its plugin does not explain fails the test that provokes it', async () => {
  await expect(testbed().run(plugin)).rejects.toThrow(
    'nethserver-test-migrate says cat-gone, which its messages do not explain',
  )
})

it('one that is explained does not', async () => {
  const messages = { 'cat-gone': { means: 'The cat has left.', remedy: 'Call it.' } }
  const { said } = await testbed().run({ ...plugin, messages })
  expect(said).toEqual(['warning cat-gone'])
})
