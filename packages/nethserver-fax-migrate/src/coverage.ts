import type { Coverage, LeftOut } from '@nethserver-migrate/core'
import { DOCUMENT_FOLDERS, OLD_DOCUMENTS } from './documents.js'
import { OLD_SPOOL, SEQUENCE_FOLDERS } from './old-spool.js'

export const covers: readonly Coverage[] = [
  { database: 'configuration', key: 'hylafax', becomes: 'configuration/hylafax' },
  ...DOCUMENT_FOLDERS.map((name) => ({
    tree: `${OLD_DOCUMENTS}/${name}`,
    becomes: `/var/lib/nethserver/fax/docs/${name}`,
  })),
  ...['etc', 'info', 'recvq', ...SEQUENCE_FOLDERS.map((name) => `${name}/seqf`)].map((name) => ({
    tree: `${OLD_SPOOL}/${name}`,
    becomes: `/var/spool/hylafax/${name}`,
  })),
]

export const leavesOut: readonly LeftOut[] = [
  {
    database: 'configuration',
    key: 'hylafax',
    props: ['TCPPort', 'TCPPorts', 'UDPPort', 'UDPPorts', 'Auth'],
    reason: 'never-imported',
  },
  ...['faxgetty', 'faxq', 'hfaxd'].map((key) => ({
    database: 'configuration',
    key,
    reason: 'set-on-destination' as const,
  })),
  {
    database: 'configuration',
    key: 'faxweb',
    reason: 'no-equivalent',
    manual:
      'Set filters and administrators of the fax web interface again, if the new server has it',
  },
  { tree: `${OLD_SPOOL}/etc/config`, reason: 'set-on-destination' },
  { tree: `${OLD_SPOOL}/log`, reason: 'obsolete' },
  ...['sendq', 'docq'].map((name) => ({
    tree: `${OLD_SPOOL}/${name}`,
    reason: 'no-equivalent' as const,
    manual: 'Send again what still waits to be sent',
  })),
]
