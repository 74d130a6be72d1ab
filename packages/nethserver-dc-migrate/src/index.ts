import { definePlugin } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { messages } from './messages.js'
import { migrate } from './migrate.js'

export default definePlugin({
  name: 'nethserver-dc-migrate',
  feature: {
    title: 'Domain controller',
    packages: ['nethserver-dc'],
    records: [{ database: 'configuration', key: 'nsdc' }],
    inUse: ({ configuration }) => configuration.prop('smb', 'ServerRole') === 'PDC',
    only: 'with-provider',
    evidence: 'the Samba role is PDC',
  },
  createlinks,
  actions: { 'nethserver-dc-migrate': migrate },
  options: {
    'replace-domain':
      'let the old domain take the place of a new one that has users of its own by now: they are gone then, an archive keeps them',
  },
  covers: [
    {
      database: 'accounts',
      type: 'group',
      props: ['Members'],
      becomes: 'groups of the domain',
    },
    { database: 'accounts', type: 'machine', becomes: 'workstations of the domain' },
    { tree: 'etc/passwd', becomes: 'checked for names of accounts' },
    { tree: 'etc/samba/smbpasswd', becomes: 'users and passwords of the domain' },
    { tree: 'etc/samba/secrets.tdb', becomes: 'the SID of the domain' },
    { tree: 'home/e-smith/files/users', becomes: '/var/lib/nethserver/home' },
  ],
  leavesOut: [
    {
      tree: 'etc/shadow',
      reason: 'no-equivalent',
      manual: 'With an Active Directory only the password of Samba counts',
    },
  ],
  messages,
})
