import { definePlugin, type LeftOut } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { messages } from './messages.js'
import { migrate } from './migrate.js'
import { TUNING } from './settings.js'

export default definePlugin({
  name: 'nethserver-sogo-migrate',
  feature: {
    title: 'Groupware (SOGo)',
    packages: ['nethserver-sogo'],
    records: [{ database: 'configuration', key: 'sogod' }],
    inUse: ({ configuration }) => configuration.prop('sogod', 'status') === 'enabled',
    evidence: 'sogod is enabled',
  },
  createlinks,
  actions: { 'nethserver-sogo-migrate': migrate },
  covers: [
    { database: 'configuration', key: 'sogod', becomes: 'configuration/sogod' },
    { database: 'sogo_sources', becomes: 'sogo_sources' },
  ],
  leavesOut: [
    sogod(['TCPPort', 'TCPPorts', 'UDPPort', 'UDPPorts', 'SievePort'], 'never-imported'),
    sogod(
      TUNING,
      'set-on-destination',
      'Take over old numbers from the report only where users miss them',
    ),
    sogod(
      ['AdsCredentials', 'AdsLdapServer'],
      'set-on-destination',
      'The new server looks for users where its own accounts are',
    ),
    sogod(['SharedMailbox', 'updates'], 'obsolete'),
  ],
  messages,
})

function sogod(props: readonly string[], reason: LeftOut['reason'], manual?: string): LeftOut {
  return {
    database: 'configuration',
    key: 'sogod',
    props,
    reason,
    ...(manual === undefined ? {} : { manual }),
  }
}
