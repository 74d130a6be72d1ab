import { definePlugin } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { begin } from './begin.js'
import { commit } from './commit.js'
import { DUMP, IBAYS } from './ibays.js'
import { messages } from './messages.js'

export default definePlugin({
  name: 'nethserver-ibays-migrate',
  feature: {
    title: 'Shared folders (ibays)',
    // Shared folders had a package of their own before they became a part of the file server.
    packages: ['nethserver-samba', 'nethserver-ibays'],
    records: [{ database: 'configuration', key: 'smb' }],
    inUse: ({ accounts }) => accounts.records('ibay').length > 0,
    evidence: 'there are ibays',
  },
  createlinks,
  actions: {
    'nethserver-ibays-migrate-begin': begin,
    'nethserver-ibays-migrate-commit': commit,
  },
  covers: [
    {
      database: 'accounts',
      type: 'ibay',
      props: ['Group', 'Name', 'UserAccess'],
      becomes: 'accounts, records of type ibay',
    },
    { tree: IBAYS, becomes: '/var/lib/nethserver/ibay' },
    { tree: DUMP, becomes: 'owners and ACLs of the files' },
  ],
  leavesOut: [
    {
      database: 'accounts',
      type: 'ibay',
      props: ['CgiBin', 'PublicAccess', 'RecycleBin', 'SSL'],
      reason: 'other-plugin',
      manual: 'Access by FTP, for which PublicAccess stood too, has to be set up again',
    },
    {
      database: 'accounts',
      type: 'ibay',
      props: ['PasswordSet', 'Passwordable'],
      reason: 'obsolete',
    },
    {
      database: 'accounts',
      type: 'ibay',
      props: ['Gid', 'Modifiable', 'Removable', 'Uid'],
      reason: 'no-equivalent',
    },
    {
      database: 'accounts',
      type: 'ibay',
      props: ['KeepVersions', 'MaxBlocks', 'MaxBlocksSoftLim'],
      reason: 'no-equivalent',
      manual: 'Set quotas again',
    },
    { tree: 'home/e-smith/files/primary', reason: 'obsolete' },
  ],
  messages,
})
