import { definePlugin } from '@nethserver-migrate/core'
import createlinks from '../createlinks.js'
import { messages } from './messages.js'
import { migrate } from './migrate.js'

const pairs = (names: readonly string[]) =>
  names.flatMap((name) => [`etc/ssh/${name}`, `etc/ssh/${name}.pub`])

export default definePlugin({
  name: 'nethserver-openssh-migrate',
  feature: {
    title: 'Secure shell',
    packages: ['nethserver-openssh'],
    records: [{ database: 'configuration', key: 'sshd' }],
    inUse: ({ configuration }) => configuration.prop('sshd', 'status') === 'enabled',
    evidence: 'sshd is enabled',
  },
  createlinks,
  actions: { 'nethserver-openssh-migrate': migrate },
  covers: [
    { database: 'configuration', key: 'sshd', becomes: 'configuration/sshd' },
    ...pairs(['ssh_host_rsa_key', 'ssh_host_ecdsa_key', 'ssh_host_ed25519_key']).map((tree) => ({
      tree,
      becomes: `/${tree}`,
    })),
  ],
  leavesOut: [
    {
      database: 'configuration',
      key: 'sshd',
      props: ['TCPPort', 'TCPPorts', 'UDPPort', 'UDPPorts'],
      reason: 'never-imported',
    },
    {
      database: 'configuration',
      key: 'sshd',
      props: [
        'LoginGraceTime',
        'MaxAuthTries',
        'PasswordAuthentication',
        'PermitRootLogin',
        'Protocol',
        'UsePAM',
        'access',
        'status',
      ],
      reason: 'set-on-destination',
      manual: 'Take over what you want from the list in the report',
    },
    ...pairs(['ssh_host_key', 'ssh_host_dsa_key']).map((tree) => ({
      tree,
      reason: 'obsolete' as const,
    })),
    ...['moduli', 'ssh_config', 'sshd_config'].map((name) => ({
      tree: `etc/ssh/${name}`,
      reason: 'set-on-destination' as const,
    })),
  ],
  messages,
})
