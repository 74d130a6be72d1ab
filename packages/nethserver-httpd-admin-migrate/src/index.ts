import { definePlugin } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { messages } from './messages.js'
import { LOCK_OUT, migrate } from './migrate.js'

export default definePlugin({
  name: 'nethserver-httpd-admin-migrate',
  feature: {
    title: 'Administration pages',
    packages: ['nethserver-httpd-admin'],
    records: [{ database: 'configuration', key: 'httpd-admin' }],
    inUse: ({ configuration }) => (configuration.prop('httpd-admin', 'ValidFrom') ?? '') !== '',
    evidence: 'httpd-admin has addresses in ValidFrom',
  },
  createlinks,
  actions: { 'nethserver-httpd-admin-migrate': migrate },
  options: {
    [LOCK_OUT]:
      'restrict the administration pages to the networks of the old server, even if the new green network is none of them',
  },
  covers: [
    {
      database: 'configuration',
      key: 'httpd-admin',
      props: ['ValidFrom'],
      becomes: 'configuration/httpd-admin on a NethServer 6',
    },
  ],
  leavesOut: [
    {
      database: 'configuration',
      key: 'httpd-admin',
      props: ['TCPPort'],
      reason: 'never-imported',
    },
    {
      database: 'configuration',
      key: 'httpd-admin',
      props: ['InitscriptOrder', 'PermitPlainTextAccess', 'TKTAuthSecret', 'access', 'status'],
      reason: 'set-on-destination',
    },
    {
      database: 'configuration',
      key: 'modSSL',
      props: ['CipherSuite'],
      reason: 'old-default',
    },
  ],
  messages,
})
