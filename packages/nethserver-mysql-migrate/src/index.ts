import { definePlugin } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { DUMPS } from './find-dumps.js'
import { messages } from './messages.js'
import { IMPORTED, migrate, REPLACE } from './migrate.js'
import { OPTION_FILE } from './root-password.js'
import { serviceTests } from './service-tests.js'

export default definePlugin({
  name: 'nethserver-mysql-migrate',
  feature: {
    title: 'Databases (MySQL, MariaDB)',
    packages: ['nethserver-mysql'],
    records: [{ database: 'configuration', key: 'mysqld' }],
    inUse: ({ configuration }) => configuration.prop('mysqld', 'status') === 'enabled',
    evidence: 'mysqld is enabled',
  },
  createlinks,
  actions: { 'nethserver-mysql-migrate': migrate },
  options: {
    [REPLACE]:
      'load a database of the old server also where the destination has one of that name, which is written into a file first',
  },
  serviceTests,
  covers: [
    { tree: DUMPS, becomes: 'the database server' },
    { tree: OPTION_FILE, becomes: 'the password of root in the database server' },
    { database: 'configuration', key: 'mysqld', props: IMPORTED, becomes: 'configuration/mysqld' },
  ],
  leavesOut: [
    {
      database: 'configuration',
      key: 'mysqld',
      props: ['TCPPort', 'TCPPorts', 'UDPPort', 'UDPPorts'],
      reason: 'never-imported',
    },
    {
      database: 'configuration',
      key: 'mysqld',
      props: ['InitscriptOrder', 'access'],
      reason: 'set-on-destination',
    },
    { database: 'configuration', key: 'mysql.init', reason: 'obsolete' },
  ],
  messages,
})
