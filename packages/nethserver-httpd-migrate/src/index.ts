import { definePlugin } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { questions } from './decisions.js'
import { migrateIbays } from './ibays.js'
import { messages } from './messages.js'
import { migrate } from './migrate.js'
import { serviceTests } from './service-tests.js'

export default definePlugin({
  name: 'nethserver-httpd-migrate',
  feature: {
    title: 'Web server',
    packages: ['nethserver-httpd'],
    records: [{ database: 'configuration', key: 'httpd' }],
    inUse: ({ configuration }) => configuration.prop('httpd-e-smith', 'status') === 'enabled',
    evidence: 'httpd-e-smith is enabled',
  },
  createlinks,
  actions: {
    'nethserver-httpd-migrate': migrate,
    'nethserver-httpd-migrate-ibays': migrateIbays,
  },
  decisions: questions,
  serviceTests,
  covers: [
    {
      database: 'configuration',
      key: 'httpd-e-smith',
      props: ['access', 'status'],
      becomes: 'configuration/httpd on a NethServer 6',
    },
    { database: 'accounts', type: 'ProxyPass', becomes: 'proxypass' },
    {
      database: 'accounts',
      type: 'ibay',
      props: ['CgiBin', 'PublicAccess', 'SSL'],
      becomes: 'web access of shared folders on a NethServer 6, tasks on a NethServer 7',
    },
    {
      database: 'domains',
      type: 'domain',
      props: ['Content'],
      becomes: 'the shared folder that is a document root, or tasks',
    },
    { tree: 'etc/shadow', becomes: 'passwords of the web pages of shared folders' },
  ],
  leavesOut: [
    {
      database: 'configuration',
      key: 'httpd-e-smith',
      props: ['TCPPort', 'TCPPorts'],
      reason: 'never-imported',
    },
    {
      database: 'configuration',
      key: 'httpd-e-smith',
      props: ['InitscriptOrder', 'ShowPHP'],
      reason: 'set-on-destination',
    },
    {
      database: 'configuration',
      key: 'modSSL',
      props: ['CipherSuite'],
      reason: 'old-default',
      manual:
        'config setprop httpd SSLCipherSuite VALUE, then signal-event nethserver-httpd-update',
    },
    {
      database: 'configuration',
      key: 'php',
      reason: 'set-on-destination',
      manual: 'Set limits of memory and uploads again where web pages need them',
    },
    {
      database: 'accounts',
      type: 'ibay',
      props: ['AllowOverride', 'FollowSymLinks', 'Indexes', 'PHPBaseDir', 'PHPRegisterGlobals'],
      reason: 'no-equivalent',
      manual: 'Look at web pages that had PHP settings of their own',
    },
  ],
  messages,
})
