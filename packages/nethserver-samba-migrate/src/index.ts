import { definePlugin, type LeftOut } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { migrateConf } from './conf.js'
import { migrateData } from './data.js'
import { migrateIbays } from './ibays.js'
import { messages } from './messages.js'
import { migrateSam } from './migrate.js'
import { SAMBA_FILES } from './old-samba.js'
import { serviceTests } from './service-tests.js'

export default definePlugin({
  name: 'nethserver-samba-migrate',
  feature: {
    title: 'File server',
    packages: ['nethserver-samba'],
    records: [{ database: 'configuration', key: 'smb' }],
    inUse: ({ configuration }) => configuration.prop('smb', 'status') === 'enabled',
    evidence: 'smb is enabled',
  },
  createlinks,
  actions: {
    'nethserver-samba-migrate-conf': migrateConf,
    'nethserver-samba-migrate-sam': migrateSam,
    'nethserver-samba-migrate-data': migrateData,
    'nethserver-samba-migrate-ibays': migrateIbays,
  },
  serviceTests,
  covers: [
    {
      database: 'configuration',
      key: 'smb',
      props: ['LogonDrive', 'RoamingProfiles', 'ServerRole', 'Workgroup'],
      becomes: 'configuration/smb',
    },
    {
      database: 'accounts',
      type: 'machine',
      props: ['Gid', 'Uid'],
      becomes: 'accounts of workstations',
    },
    {
      database: 'accounts',
      type: 'ibay',
      props: ['RecycleBin'],
      becomes: 'SmbRecycleBinStatus of the shared folder',
    },
    { tree: 'etc/samba/smbpasswd', becomes: 'passwords of Samba' },
    { tree: 'etc/samba/secrets.tdb', becomes: 'the SID of the domain' },
    { tree: `${SAMBA_FILES}/netlogon`, becomes: '/var/lib/nethserver/netlogon' },
    { tree: `${SAMBA_FILES}/printers`, becomes: '/var/lib/nethserver/print_driver' },
    { tree: `${SAMBA_FILES}/profiles`, becomes: '/var/lib/nethserver/profile' },
  ],
  leavesOut: [
    smb(['TCPPort', 'TCPPorts', 'UDPPort', 'UDPPorts'], 'never-imported'),
    smb(
      [
        'DeadTime',
        'InitscriptOrder',
        'KeepVersions',
        'OpLocks',
        'OsLevel',
        'RecycleBin',
        'ServerString',
        'ShadowCount',
        'ShadowDir',
        'UnixCharSet',
        'UseClientDriver',
        'access',
        'status',
      ],
      'set-on-destination',
    ),
    smb(
      ['ServerName'],
      'set-on-destination',
      'Check that workstations and logon scripts use the name of the new server',
    ),
    smb(['WINSServer'], 'set-on-destination', 'Set WinsServerIP of smb where it is still needed'),
    { database: 'configuration', key: 'nmbd', reason: 'set-on-destination' },
  ],
  messages,
})

function smb(props: readonly string[], reason: LeftOut['reason'], manual?: string): LeftOut {
  return {
    database: 'configuration',
    key: 'smb',
    props,
    reason,
    ...(manual === undefined ? {} : { manual }),
  }
}
