import { domainSid, tdbFile, testbed, type Testbed, type Tree } from '@nethserver-migrate/testkit'

export const HASHES = {
  anna: '0FE87E604BD1A9211D7F1352663670CB',
  bruno: 'AD603EA5654B152E314BDA4EE07DF1F6',
} as const

/** A line of smbpasswd. */
export function line(name: string, uid: number, hash = 'X'.repeat(32), flags = 'U'): string {
  return `${name}:${uid}:${'X'.repeat(32)}:${hash}:[${flags.padEnd(11)}]:LCT-4F4A8DD9:\n`
}

export const SMBPASSWD =
  line('anna', 5001, HASHES.anna) +
  line('bruno', 5002, HASHES.bruno) +
  line('admin', 101, HASHES.anna) +
  line('ws01$', 5044, HASHES.bruno, 'W')

/** What the old server itself, its domain, and somebody else were. */
const SECRETS = {
  'INFO/random_seed': Buffer.from('seed'),
  'SECRETS/SID/ACME': domainSid(1, 2, 3),
  'SECRETS/SID/OLDPDC': domainSid(4, 5, 6),
}

export const CONTAINER = 'var/lib/machines/nsdc'
export const USERS = 'home/e-smith/files/users'

export const LOCAL_AD =
  'SystemName=ns\nDomainName=acme.com\nsssd=service|BindDN|cn=x|BindPassword|PLANTED|Provider|ad|Realm|AD.ACME.COM|Workgroup|ACME|status|enabled\nnsdc=service|ProvisionType|newdomain|status|enabled\n'

const HOMES: Tree = {
  [`${USERS}/anna/home/My Documents/a.doc`]: 'a',
  [`${USERS}/anna/.bash_history`]: { content: 'h', mode: 0o600 },
  [`${USERS}/anna/Maildir/cur/1`]: 'mail',
}

export interface OldServer {
  readonly role?: string | undefined
  /** Records of the old accounts database beside anna, bruno and sales. */
  readonly accounts?: string
  readonly smbpasswd?: string | undefined
  readonly secrets?: Readonly<Record<string, Buffer>> | undefined
  /** False for users without files. */
  readonly homes?: boolean
  /** Nothing leaves a file out. */
  readonly files?: Readonly<Record<string, Tree[string] | undefined>>
  /** The destination's configuration database. */
  readonly here?: string
  readonly hostname?: string | undefined
}

/** The source of an old domain: two users, a group, a workstation, and files of anna. */
function sourceFiles(server: OldServer = {}): Tree {
  const smbpasswd = 'smbpasswd' in server ? server.smbpasswd : SMBPASSWD
  const secrets = 'secrets' in server ? server.secrets : SECRETS
  const files: Record<string, Tree[string] | undefined> = {
    'etc/passwd':
      'root:x:0:0:::\nanna:x:5001:5001:::\nbruno:x:5002:5002:::\nadmin:x:101:101:::\nws01$:x:5044:5044:::\n',
    'etc/group': 'root:x:0:\nanna:x:5001:\nsales:x:5020:anna\n',
    'etc/samba/smbpasswd': smbpasswd,
    'etc/samba/secrets.tdb': secrets && { content: tdbFile(secrets) },
    ...(server.homes === false ? {} : HOMES),
    ...server.files,
  }
  const there = Object.entries(files).filter(
    (entry): entry is [string, Tree[string]] => entry[1] !== undefined,
  )
  return Object.fromEntries(there)
}

/** An old server, in front of a staged NethServer 7 with a local Active Directory. */
export function oldServer(server: OldServer = {}): Testbed {
  const { accounts = '', here = LOCAL_AD } = server
  const role = 'role' in server ? server.role : 'PDC'
  const hostname = 'hostname' in server ? server.hostname : 'nsdc-ns.ad.acme.com\n'
  return testbed({
    source: {
      databases: {
        configuration: `SystemName=oldpdc\nDomainName=example.com\n${role === undefined ? '' : `smb=service|ServerRole|${role}|Workgroup|Acme\n`}`,
        accounts: `anna=user|Uid|5001\nbruno=user|Uid|5002\nsales=group|Gid|5020|Members|anna,bruno\n${accounts}`,
      },
      files: sourceFiles(server),
    },
    destination: {
      databases: { configuration: here },
      files: {
        ...(hostname === undefined ? {} : { [`${CONTAINER}/etc/hostname`]: hostname }),
        [`${CONTAINER}/etc/samba/smb.conf`]: 'new',
        [`${CONTAINER}/srv/left.tdb`]: 'left',
        [`${CONTAINER}/var/lib/samba/private/sam.ldb`]: 'the new domain',
        [`${CONTAINER}/var/lib/samba/sysvol/x/y`]: 'policy',
      },
    },
  })
}

/** All that an import may change, without what it keeps for itself. */
export function stateOf(t: Testbed) {
  return {
    configuration: t.databaseText('configuration'),
    accounts: ['passwd', 'group'].map((name) => t.file(`etc/${name}`)),
    container: t.manifest(CONTAINER),
    homes: t.manifest('var/lib/nethserver/home'),
    root: t.manifest('root'),
    events: t.events(),
  }
}
