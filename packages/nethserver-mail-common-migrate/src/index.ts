import { definePlugin } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { migrate, ranMail } from './migrate.js'
import { serviceTests } from './service-tests.js'

const becomes = 'configuration/postfix AccessPolicies'

export default definePlugin({
  name: 'nethserver-mail-common-migrate',
  feature: {
    title: 'Mail relay',
    packages: ['nethserver-mail-common'],
    records: [{ database: 'configuration', key: 'postfix' }],
    inUse: ranMail,
    evidence: 'qpsmtpd or sqpsmtpd is enabled',
  },
  createlinks,
  replaces: {
    'nethserver-mail-common': ['nethserver-mail-migrate-accesspolicy'],
  },
  actions: { 'nethserver-mail-common-migrate': migrate },
  serviceTests,
  covers: [
    { database: 'configuration', key: 'qpsmtpd', props: ['status'], becomes },
    { database: 'configuration', key: 'sqpsmtpd', props: ['status'], becomes },
  ],
  leavesOut: [
    { database: 'configuration', key: 'qpsmtpd', props: ['TCPPort'], reason: 'never-imported' },
    { database: 'configuration', key: 'sqpsmtpd', props: ['TCPPort'], reason: 'never-imported' },
    {
      database: 'configuration',
      key: 'qpsmtpd',
      props: ['Bcc', 'BccMode', 'BccUser'],
      reason: 'set-on-destination',
      manual: 'Where a copy of all mail was kept, enable it again on the page Email',
    },
    {
      database: 'configuration',
      key: 'qpsmtpd',
      props: [
        'Authentication',
        'Instances',
        'InstancesPerIP',
        'LogLevel',
        'MaxScannerSize',
        'RequireResolvableFromHost',
        'access',
        'qplogsumm',
      ],
      reason: 'set-on-destination',
    },
    {
      database: 'configuration',
      key: 'sqpsmtpd',
      props: ['Instances', 'access'],
      reason: 'set-on-destination',
    },
    {
      database: 'configuration',
      key: 'qmail',
      reason: 'set-on-destination',
      manual: 'Set the largest size of a message and the lifetime of the queue on the page Email',
    },
    { database: 'configuration', key: 'smtpd', reason: 'no-equivalent' },
  ],
  messages: {},
})
