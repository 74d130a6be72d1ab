import { describe, expect, it } from 'vitest'
import { testbed, type Tree } from '@nethserver-migrate/testkit'
import { homeTransfers } from '../src/plugin/home-transfers.js'
import { Source } from '../src/source/source.js'

const USERS = 'home/e-smith/files/users'

const transfers = (files: Tree) =>
  homeTransfers(Source.open(testbed({ source: { files } }).source), 'anna', '/home/anna', {
    user: 'anna',
    group: 'domain users',
  }).map(({ from, exclude = [] }) => [from, ...exclude])

const MAIL = ['Maildir', 'sieve', '.dovecot.sieve', '.dovecot.svbin']

describe('the old folder of a user', () => {
  it('has its files in home/, one level down, and others beside it, but for mail', () => {
    expect(transfers({ [`${USERS}/anna/home/a`]: '', [`${USERS}/anna/.bashrc`]: '' })).toEqual([
      [`${USERS}/anna/home`],
      [`${USERS}/anna`, 'home', ...MAIL],
    ])
  })

  it.each<[string, Tree]>([
    ['has no home/', { [`${USERS}/anna/.bashrc`]: '' }],
    ['is a link', { [`${USERS}/anna`]: { link: '/etc' } }],
    ['is missing', {}],
  ])('is asked for as a whole when it %s', (_what, files) => {
    expect(transfers(files)).toEqual([[`${USERS}/anna`, 'home', ...MAIL]])
  })
})
