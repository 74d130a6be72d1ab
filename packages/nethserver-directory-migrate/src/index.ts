import { definePlugin } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { awaitedProvider, questions } from './decisions.js'
import { messages } from './messages.js'
import { migrate } from './migrate.js'
import { serviceTests } from './service-tests.js'

export default definePlugin({
  name: 'nethserver-directory-migrate',
  feature: {
    title: 'Users and groups',
    packages: ['nethserver-directory', 'nethserver-sssd'],
    records: [
      { database: 'configuration', key: 'slapd' },
      { database: 'configuration', key: 'sssd' },
    ],
    inUse: ({ accounts }) => accounts.records('user').length > 0,
    evidence: 'there are users',
  },
  createlinks,
  checks: {
    severities: { 'no-accounts-provider': 'blocker', 'accounts-provider-unsuited': 'high' },
    rules: [awaitedProvider],
  },
  decisions: questions,
  actions: { 'nethserver-directory-migrate': migrate },
  serviceTests,
  covers: [
    {
      database: 'accounts',
      type: 'user',
      props: [
        'City',
        'Company',
        'Dept',
        'FirstName',
        'LastName',
        'PasswordSet',
        'Phone',
        'Street',
        'Uid',
      ],
      becomes: 'accounts of the destination',
    },
    {
      database: 'accounts',
      type: 'group',
      props: ['Description', 'Gid', 'Members'],
      becomes: 'accounts of the destination',
    },
    {
      database: 'accounts',
      key: 'admin',
      props: ['PasswordSet'],
      becomes: 'the password of admin',
    },
    { tree: 'home/e-smith/files/users', becomes: '/var/lib/nethserver/home' },
    { tree: 'etc/passwd', becomes: 'checked for names and ids of accounts' },
    { tree: 'etc/group', becomes: 'checked for names and ids of groups' },
    { tree: 'etc/shadow', becomes: 'passwords of the accounts' },
  ],
  leavesOut: [
    { database: 'configuration', key: 'ActiveAccounts', reason: 'obsolete' },
    { database: 'accounts', type: 'system', reason: 'set-on-destination' },
    { tree: 'etc/gshadow', reason: 'obsolete' },
    {
      database: 'accounts',
      type: 'user',
      props: ['Gid', 'Lockable', 'Removable'],
      reason: 'no-equivalent',
    },
    { database: 'accounts', type: 'group', props: ['Uid'], reason: 'no-equivalent' },
    {
      database: 'accounts',
      type: 'user',
      props: ['Lock', 'MaxBlocks', 'MaxBlocksSoftLim', 'Shell', 'VPNClientAccess'],
      reason: 'no-equivalent',
      manual: 'Set quotas, shells and VPN access of single users again',
    },
  ],
  messages,
})
