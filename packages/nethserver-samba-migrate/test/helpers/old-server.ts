import {
  domainSid,
  filesHolding,
  tdbFile,
  testbed,
  type Testbed,
  type Tree,
} from '@nethserver-migrate/testkit'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'

export const HASHES = {
  anna: '0FE87E604BD1A9211D7F1352663670CB',
  bruno: 'AD603EA5654B152E314BDA4EE07DF1F6',
  ws01$: 'ECC24102A1A93428A8D69453AC7E4F54',
} as const

export const SID = 'S-1-5-21-1-2147483648-4294967295'
const SECRETS = { 'SECRETS/SID/ACME': domainSid(1, 2147483648, 4294967295) }

const NO_HASH = 'X'.repeat(32)

/** A line of smbpasswd. */
export function line(name: string, uid: number, hash: string = NO_HASH, flags = 'U'): string {
  return `${name}:${uid}:${NO_HASH}:${hash}:[${flags.padEnd(11)}]:LCT-4F4A8DD9:\n`
}

export const SMBPASSWD =
  line('anna', 5001, HASHES.anna) +
  line('bruno', 5002, HASHES.bruno) +
  line('ws01$', 5044, HASHES['ws01$'], 'W')

export interface OldServer {
  readonly like?: 6 | 7
  /** Props of smb on the old server, beside the workgroup Acme; nothing for no record. */
  readonly smb?: Readonly<Record<string, string>> | undefined
  /** Records of the old accounts database beside anna, bruno and sales. */
  readonly accounts?: string
  /** Nothing for no file. */
  readonly smbpasswd?: string | undefined
  readonly secrets?: Readonly<Record<string, Buffer>> | Tree[string] | undefined
  readonly files?: Tree
  /** Records of the destination's accounts database beside anna, bruno, sales and its own. */
  readonly here?: string
  readonly destinationFiles?: Tree
}

/** An old file server with two users, a group and what Samba knew, in front of a destination that has them by now. */
export function oldServer(server: OldServer = {}): Testbed {
  const { like = 6, accounts = '', files, here = '', destinationFiles } = server
  const smb = 'smb' in server ? server.smb : {}
  const smbpasswd = 'smbpasswd' in server ? server.smbpasswd : SMBPASSWD
  const secrets = 'secrets' in server ? server.secrets : SECRETS
  const props = Object.entries({ Workgroup: 'Acme', TCPPorts: '1,2', ...smb }).flat()
  const t = testbed({
    like,
    source: {
      databases: {
        configuration: `SystemName=oldpdc\nDomainName=example.com\n${smb ? `smb=service|${props.join('|')}\n` : ''}`,
        accounts: `anna=user|Uid|5001\nbruno=user|Uid|5002\nsales=group|Gid|5020\n${accounts}`,
      },
      files: {
        'etc/passwd': 'anna:x:5001:5001:::\nbruno:x:5002:5002:::\nadmin:x:101:101:::\n',
        'etc/group':
          'admin:x:101:\nshared:x:500:\ndomadmins:x:510:\ndomguests:x:511:\ndomcomputers:x:512:\nanna:x:5001:\nbruno:x:5002:\nsales:x:5020:anna\n',
        ...(smbpasswd === undefined ? {} : { 'etc/samba/smbpasswd': smbpasswd }),
        ...(secrets === undefined ? {} : { 'etc/samba/secrets.tdb': secretsEntry(secrets) }),
        ...files,
      },
    },
    destination: {
      records:
        like === 6
          ? { accounts: `anna=user|Uid|5001\nbruno=user|Uid|5002\nsales=group|Gid|5020\n${here}` }
          : { accounts: here },
      ...(destinationFiles ? { files: destinationFiles } : {}),
    },
  })
  appendFileSync(
    join(t.root, 'etc/passwd'),
    'anna:x:5001:5001::/home/anna:/bin/sh\nbruno:x:5002:5002::/home/bruno:/bin/sh\n',
  )
  return t
}

function secretsEntry(secrets: Exclude<OldServer['secrets'], undefined>): Tree[string] {
  if (typeof secrets === 'string' || 'link' in secrets || 'content' in secrets)
    return secrets as Tree[string]
  return { content: tdbFile(secrets as Readonly<Record<string, Buffer>>) }
}

/** The LDIF that waits in the queue. */
export function ldif(t: Testbed): string {
  return filesHolding(t.root, 'changetype: modify')
    .map((file) => t.file(file))
    .join('')
}

/** All that an import may change, without what it keeps for itself. */
export function stateOf(t: Testbed) {
  return {
    databases: ['accounts', 'configuration'].map((name) => t.databaseText(name)),
    files: t.manifest('var/lib/nethserver').filter((one) => !/ (migration|db)(\/| |$)/.test(one)),
    events: t.events(),
    ldif: ldif(t),
  }
}
