// For every code that a check can say: servers that provoke it, and servers close to them that do not.
import { readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  Interruption,
  noProgress,
  runImport,
  takeRunLock,
  type CheckOptions,
  type Plugin,
} from '@nethserver-migrate/core/runner'
import {
  certificatePair,
  programs,
  type CertificatePair,
  type Testbed,
  type Tree,
} from '@nethserver-migrate/testkit'
import { onTestFinished, vi } from 'vitest'
import { PLUGINS } from './sources.js'

/** An old server and a new one, without the names of the old one, which every source has. */
export interface Servers {
  /** The default is 7. */
  readonly like?: 6 | 7
  /** Records of the old configuration database. */
  readonly configuration?: string
  /** Records of the old accounts database. */
  readonly accounts?: string
  /** Other databases of the old server. */
  readonly databases?: Readonly<Record<string, string>>
  readonly files?: Tree
  /** Records added to the databases of the new server. */
  readonly here?: Readonly<Record<string, string>>
  readonly filesHere?: Tree
  /** What else happens before the check. */
  readonly then?: (t: Testbed) => Promise<void> | void
  readonly options?: Partial<CheckOptions>
}

/** In words that go on after `where`. */
export type Situations = Readonly<Record<string, Servers>>

export interface CheckCase {
  /** How much the finding weighs. */
  readonly severity: 'blocker' | 'high' | 'medium' | 'info'
  readonly found: Situations
  readonly silent: Situations
}

const CONFIGURATION = 'home/e-smith/db/configuration'
const DAY = 24 * 3600 * 1000

const user = (name: string, uid = '5001') =>
  `${name}=user|FirstName|A|LastName|B|PasswordSet|yes|Uid|${uid}\n`
const group = (name: string, members = '', gid = '5020') =>
  `${name}=group|Description|D|Gid|${gid}|Members|${members}\n`
const pseudonym = (name: string, account: string) => `${name}=pseudonym|Account|${account}\n`
const ibay = (name: string) =>
  `${name}=ibay|Name|A|Group|shared|UserAccess|wr-group-rd-group|PublicAccess|none\n`

const CHAT = 'ejabberd=service|status|enabled\n'
/** The packages that every server has. */
const WITHOUT_CHAT: Tree = {
  'var/lib/nethserver/migration/packages': 'nethserver-base\nnethserver-hosts\n',
}
const role = (name: string) => `smb=service|ServerRole|${name}|status|enabled\n`
const WITHOUT_PROVIDER = { configuration: 'sssd=service|Provider|none|status|disabled\n' }
const LOCAL_AD = {
  configuration: 'sssd=service|Provider|ad|status|enabled\nnsdc=service|status|enabled\n',
}

const decided = (answers: string) => ({
  decisions: { path: 'decisions.yml', text: `source: old.example.com\nanswers:\n${answers}\n` },
})
const awaited = decided('  accounts:\n    provider: suited')

/** The time at which the old server wrote its configuration. */
const written = (days: number) => (t: Testbed) => {
  const time = new Date(Date.now() + days * DAY)
  utimesSync(join(t.source, CONFIGURATION), time, time)
}

/** A database that is too large to be read. */
const tooLarge = (database: string) => (t: Testbed) => {
  const file = join(t.source, 'home/e-smith/db', database)
  writeFileSync(file, '')
  truncateSync(file, 2 ** 29)
}

async function imported({ source, root }: Testbed): Promise<void> {
  await runImport({
    source,
    root,
    mode: 'apply',
    plugins: PLUGINS,
    only: [],
    progress: noProgress,
    interruption: new Interruption(),
    onFinding: () => undefined,
    onAction: () => undefined,
  })
}

/** As if the last import had been killed at its end. */
async function cutShort(t: Testbed): Promise<void> {
  await imported(t)
  const journal = join(t.root, 'var/lib/nethserver/migration/journal.jsonl')
  const lines = readFileSync(journal, 'utf8').split('\n')
  writeFileSync(journal, lines.filter((line) => !line.startsWith('{"finished"')).join('\n'))
}

/** A filesystem with this much room. */
const roomFor = (bytes: number) => () => {
  programs({ df: `#!/bin/sh\necho none 9 1 ${Math.floor(bytes / 1024)} 1% /srv\n` })
}

/** The plugins, with one more that has this to ask before an import. */
function asking(asked: Pick<Plugin, 'checks' | 'decisions'>): Partial<CheckOptions> {
  const [first, ...rest] = PLUGINS
  return first ? { plugins: [{ ...first, ...asked }, ...rest] } : {}
}
const DOOR = asking({
  decisions: () => [
    {
      topic: 'colour',
      subject: 'door',
      about: 'The door.',
      choices: [{ answer: 'red', means: 'r' }],
    },
  ],
})

const NEW_NAME = 'ns.newserver.test'
/** An old server with this certificate. */
const certified = ({ key, certificate }: CertificatePair): Servers => ({
  configuration: 'modSSL=service\n',
  files: {
    'home/e-smith/ssl.crt/old.example.com.crt': certificate,
    'home/e-smith/ssl.key/old.example.com.key': key,
  },
})
const good = certificatePair(NEW_NAME)
const GOOD = { 'it is strong, valid for long, and names the new server': certified(good) }

const MAILBOX = 'home/e-smith/files/users/anna/Maildir'
const ANNA = user('anna')
const spamRule = (rule: string): Servers => ({
  configuration: 'spamassassin=service|status|enabled\n',
  databases: { spamassassin: `wbl.global=spamassassin|${rule}|Black\n` },
})
const badLines = (path: string, line: string): Servers => ({
  accounts: ANNA,
  files: { [path]: `${line}\n` },
})

/** A small office with nothing wrong, of which only that can be said which every server hears. */
export const NOTHING_WRONG: Servers = {
  configuration: `${CHAT}qpsmtpd=service|status|enabled\n`,
  accounts: ANNA + group('team', 'anna') + pseudonym('info', 'anna') + ibay('shop'),
  databases: { domains: 'example.com=domain|Description|D\n', hosts: '', networks: '' },
  files: {
    'etc/passwd': 'anna:x:5001:5001::/home/anna:/bin/sh\n',
    'etc/group': 'team:x:5020:anna\n',
    'etc/shadow': 'anna:$6$abc$def:15000:0:99999:7:::\n',
    'home/e-smith/Maildir/cur': { directory: true },
    [`${MAILBOX}/cur/1`]: 'a message',
    'home/e-smith/files/users/anna/home/notes': 'a note',
    'home/e-smith/files/ibays/shop/files/prices': 'a list',
    root: { directory: true },
  },
}

/** By code; docs/checks.md says what each is about. */
export const CHECK_CASES: Readonly<Record<string, CheckCase>> = {
  'disk-space': {
    severity: 'blocker',
    found: {
      'more is copied than there is room for': {
        accounts: ANNA,
        files: { [`${MAILBOX}/cur/1`]: 'a message' },
        then: roomFor(1),
        options: { transfer: 'copy' },
      },
    },
    silent: {
      'there is room for all that is copied': {
        accounts: ANNA,
        files: { [`${MAILBOX}/cur/1`]: 'a message' },
        then: roomFor(1_000_000),
        options: { transfer: 'copy' },
      },
      'all is moved within the filesystem': {
        accounts: ANNA,
        files: { [`${MAILBOX}/cur/1`]: 'a message' },
        then: roomFor(1),
      },
    },
  },
  'import-running': {
    severity: 'blocker',
    found: {
      'another run holds the lock': { then: ({ root }) => onTestFinished(takeRunLock(root)) },
    },
    silent: { 'another run has ended': { then: ({ root }) => takeRunLock(root)() } },
  },
  'import-unfinished': {
    severity: 'info',
    found: { 'an import was cut short': { then: cutShort } },
    silent: { 'an import has ended': { then: imported } },
  },
  'imported-before': {
    severity: 'info',
    found: { 'an import has ended': { then: imported } },
    silent: { 'an import was cut short': { then: cutShort }, 'there was none': {} },
  },
  'source-changed': {
    severity: 'info',
    found: {
      'an account was added since the last import': {
        then: async (t) => {
          await imported(t)
          writeFileSync(join(t.source, 'home/e-smith/db/accounts'), ANNA)
        },
      },
    },
    silent: { 'the source is as the last import found it': { then: imported } },
  },
  'question-unanswered': {
    severity: 'blocker',
    found: { 'a question has no safe default and no answer': { options: DOOR } },
    silent: {
      'it is answered': { options: { ...DOOR, ...decided('  colour:\n    door: red') } },
      'questions have safe defaults': { accounts: ANNA },
    },
  },
  'not-checked': {
    severity: 'high',
    found: { 'a database that a rule looks at cannot be read': { then: tooLarge('accounts') } },
    silent: { 'a database that no rule looks at cannot be read': { then: tooLarge('addon') } },
  },
  'no-accounts-provider': {
    severity: 'blocker',
    found: {
      'there are users': { accounts: ANNA, here: WITHOUT_PROVIDER },
      'there are groups': { accounts: group('team'), here: WITHOUT_PROVIDER },
    },
    silent: {
      'there is nobody to migrate': { here: WITHOUT_PROVIDER },
      'there is a local LDAP server': { accounts: ANNA },
      'it was decided to go on without accounts': {
        accounts: ANNA,
        here: WITHOUT_PROVIDER,
        options: decided('  accounts:\n    provider: none'),
      },
    },
  },
  'accounts-provider-awaited': {
    severity: 'blocker',
    found: {
      'it was decided to wait, and another provider is here': {
        configuration: role('PDC'),
        accounts: ANNA,
        options: awaited,
      },
    },
    silent: {
      'the provider that suits is here': {
        configuration: role('PDC'),
        accounts: ANNA,
        here: LOCAL_AD,
        options: awaited,
      },
      'it was not decided to wait': { configuration: role('PDC'), accounts: ANNA },
    },
  },
  'accounts-provider-unsuited': {
    severity: 'high',
    found: {
      'a domain controller meets a local LDAP server': { configuration: role('PDC') },
      'a member of an Active Directory meets a local LDAP server': { configuration: role('ADS') },
    },
    silent: {
      'a domain controller meets a local Active Directory': {
        configuration: role('PDC'),
        here: LOCAL_AD,
      },
      'a workgroup server meets a local LDAP server': { configuration: role('WS') },
      'accounts are records': { like: 6, configuration: role('PDC') },
    },
  },
  'package-missing': {
    severity: 'high',
    found: {
      'a feature in use has no package here': {
        configuration: CHAT,
        filesHere: WITHOUT_CHAT,
      },
    },
    silent: {
      'its package is here': { configuration: CHAT },
      'the feature was not in use': {
        configuration: 'ejabberd=service|status|disabled\n',
        filesHere: WITHOUT_CHAT,
      },
    },
  },
  'plugin-missing': {
    severity: 'high',
    found: {
      'a feature in use has its package here, and no plugin': {
        configuration: CHAT,
        options: {
          plugins: PLUGINS.filter(({ name }) => !name.includes('ejabberd')),
          known: PLUGINS,
        },
      },
    },
    silent: {
      'its plugin is here': { configuration: CHAT, options: { known: PLUGINS } },
    },
  },
  'port-in-use': {
    severity: 'high',
    found: {
      'a service that the import switches on has the port of another one': {
        configuration: CHAT,
        here: {
          configuration:
            'ejabberd=service|TCPPorts|5222,5223|status|disabled\nother=service|TCPPort|5223|status|enabled\n',
        },
      },
    },
    silent: {
      'the other one is disabled': {
        configuration: CHAT,
        here: {
          configuration:
            'ejabberd=service|TCPPorts|5222,5223|status|disabled\nother=service|TCPPort|5223|status|disabled\n',
        },
      },
      'the import switches nothing on': {
        here: {
          configuration:
            'ejabberd=service|TCPPorts|5222,5223|status|disabled\nother=service|TCPPort|5223|status|enabled\n',
        },
      },
    },
  },
  'clock-behind': {
    severity: 'high',
    found: { 'the old configuration is of tomorrow': { then: written(1) } },
    silent: { 'the old configuration is of now': { then: written(0) } },
  },
  'backup-age': {
    severity: 'info',
    found: { 'the old configuration is of eight days ago': { then: written(-8) } },
    silent: { 'the old configuration is of six days ago': { then: written(-6) } },
  },
  'database-unreadable': {
    severity: 'high',
    found: { 'a database is too large to be read': { then: tooLarge('addon') } },
    silent: { 'every database can be read': { databases: { addon: '' } } },
  },
  'record-malformed': {
    severity: 'medium',
    found: {
      'a line has no value': { accounts: 'no value\n' },
      'a prop has no value': { accounts: 'odd=user|Uid\n' },
    },
    silent: {
      'lines are empty or comments': { accounts: `\n# a comment\n${ANNA}` },
      'the value of a prop is empty': { accounts: 'even=group|Members|\n' },
    },
  },
  unknown: {
    severity: 'medium',
    found: {
      'an add-on has a database of its own': { databases: { addon: 'it=service|Port|1\n' } },
      'an add-on has a folder of its own': { files: { 'opt/addon/file': 'a' } },
    },
    silent: {
      'all records and files are of known features': { configuration: CHAT, accounts: ANNA },
    },
  },
  'source-link': {
    severity: 'medium',
    found: {
      'a link stands for a folder that is read': {
        files: { 'etc/e-smith/templates-custom': { link: '/etc' } },
      },
    },
    silent: {
      'a link lies among the files of a user': {
        accounts: ANNA,
        files: { 'home/e-smith/files/users/anna/home/here': { link: 'there' } },
      },
    },
  },
  'services-restarted': {
    severity: 'info',
    found: { 'records of a service are imported': { configuration: CHAT } },
    silent: {
      'the plugin of that service is not here': {
        configuration: CHAT,
        options: { plugins: PLUGINS.filter(({ name }) => name.includes('directory')) },
      },
    },
  },
  'custom-templates': {
    severity: 'medium',
    found: {
      'the old server had one': {
        files: { 'etc/e-smith/templates-custom/etc/hosts/90local': 'a template' },
      },
    },
    silent: {
      'their folder is empty': { files: { 'etc/e-smith/templates-custom': { directory: true } } },
    },
  },
  'certificate-expired': {
    severity: 'high',
    found: {
      'its last day has gone by': {
        ...certified(good),
        then: () => {
          vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 400 * DAY })
          onTestFinished(() => void vi.useRealTimers())
        },
      },
    },
    silent: GOOD,
  },
  'certificate-expires': {
    severity: 'medium',
    found: { 'it ends within a month': certified(certificatePair(NEW_NAME, { days: 20 })) },
    silent: {
      'it ends in more than a month': certified(certificatePair(NEW_NAME, { days: 40 })),
    },
  },
  'certificate-weak': {
    severity: 'medium',
    found: {
      'its key is short': certified(certificatePair(NEW_NAME, { weak: 'key' })),
      'it is signed with SHA-1': certified(certificatePair(NEW_NAME, { weak: 'signature' })),
    },
    silent: GOOD,
  },
  'certificate-other-name': {
    severity: 'medium',
    found: { 'it names another server': certified(certificatePair('www.example.com')) },
    silent: GOOD,
  },
  'certificate-not-imported': {
    severity: 'high',
    found: {
      'it is not that of its key': certified({ ...good, key: certificatePair(NEW_NAME).key }),
    },
    silent: GOOD,
  },
  'folder-renamed': {
    severity: 'info',
    found: {
      'the name of a mail folder has a backslash': {
        accounts: ANNA,
        files: { [`${MAILBOX}/.Old\\Mail/cur/1`]: 'a message' },
      },
    },
    silent: {
      'it has none': { accounts: ANNA, files: { [`${MAILBOX}/.Old Mail/cur/1`]: 'a message' } },
    },
  },
  'reserved-account': {
    severity: 'medium',
    found: {
      'a user has a name of the new system': { accounts: user('guest') },
      'a group has a name of the new system': { accounts: group('locals') },
    },
    silent: { 'a user has a name that only begins like one': { accounts: user('guests') } },
  },
  'account-name-invalid': {
    severity: 'high',
    found: {
      'a name begins with a digit': { accounts: user('0bad') },
      'a name is too long': { accounts: user('a'.repeat(32)) },
      'the name of a group has a capital letter': { accounts: group('Team') },
    },
    silent: { 'a name is as long as it may be': { accounts: user('a'.repeat(31)) } },
  },
  'name-of-other-kind': {
    severity: 'medium',
    found: {
      'a user has the name of a group of this server': {
        accounts: user('team'),
        filesHere: { 'etc/group': 'root:x:0:\nlocals:x:10000:\nteam:x:10500:\n' },
      },
    },
    silent: {
      'a group has the name of a group of this server': {
        accounts: group('team'),
        filesHere: { 'etc/group': 'root:x:0:\nlocals:x:10000:\nteam:x:10500:\n' },
      },
    },
  },
  'user-exists': {
    severity: 'medium',
    found: {
      'this server has a record of its name': { like: 6, accounts: ANNA, here: { accounts: ANNA } },
    },
    silent: {
      'it has a record of another name': {
        like: 6,
        accounts: ANNA,
        here: { accounts: user('bruno') },
      },
    },
  },
  'group-exists': {
    severity: 'medium',
    found: {
      'this server has a record of its name': {
        like: 6,
        accounts: group('team'),
        here: { accounts: group('team') },
      },
    },
    silent: {
      'it has a record of another name': {
        like: 6,
        accounts: group('team'),
        here: { accounts: group('crew') },
      },
    },
  },
  'uid-changed': {
    severity: 'medium',
    found: {
      'the id is one of the system': { like: 6, accounts: user('anna', '30') },
      'two users have the id': { like: 6, accounts: ANNA + user('bruno') },
    },
    silent: {
      'the id is free': { like: 6, accounts: ANNA + user('bruno', '5002') },
      'the provider gives every user a new one': { accounts: user('anna', '30') },
    },
  },
  'gid-changed': {
    severity: 'medium',
    found: { 'two groups have the id': { like: 6, accounts: group('crew') + group('team') } },
    silent: {
      'the id is free': { like: 6, accounts: group('crew') + group('team', '', '5021') },
    },
  },
  'group-members-unknown': {
    severity: 'medium',
    found: { 'a member has no account': { accounts: ANNA + group('team', 'anna,nobody-knows') } },
    silent: { 'all members have one': { accounts: ANNA + group('team', 'anna,admin') } },
  },
  'account-file-bad-lines': {
    severity: 'medium',
    found: {
      'a line of etc/passwd has too few fields': badLines('etc/passwd', 'anna'),
      'a line of etc/shadow has too few fields': badLines('etc/shadow', 'anna'),
      'a line of etc/group has too few fields': badLines('etc/group', 'team'),
    },
    silent: {
      'every line has its fields': badLines('etc/passwd', 'anna:x:5001:5001::/home/anna:/bin/sh'),
    },
  },
  'pseudonym-to-postmaster': {
    severity: 'medium',
    found: {
      'it leads to nobody': { accounts: pseudonym('info', 'nobody-knows') },
      'it leads in a circle': { accounts: pseudonym('one', 'two') + pseudonym('two', 'one') },
      'it leads to itself': { accounts: pseudonym('info', 'info') },
    },
    silent: {
      'it leads to a user': { accounts: ANNA + pseudonym('info', 'anna') },
      'it leads to another one that does': {
        accounts: ANNA + pseudonym('info', 'anna') + pseudonym('sales', 'info'),
      },
    },
  },
  'pseudonym-exists': {
    severity: 'medium',
    found: {
      'this server has another one of its name': {
        accounts: ANNA + pseudonym('info@example.com', 'anna'),
        here: { accounts: 'info@example.com=pseudonym|Account|root\n' },
      },
    },
    silent: {
      'this server has another one of another name': {
        accounts: ANNA + pseudonym('info@example.com', 'anna'),
        here: { accounts: 'help@example.com=pseudonym|Account|root\n' },
      },
    },
  },
  'pseudonym-differs-by-case': {
    severity: 'medium',
    found: {
      'two differ only by the case of their letters': {
        accounts: ANNA + pseudonym('Info', 'anna') + pseudonym('info', 'anna'),
      },
    },
    silent: {
      'two differ by a letter': {
        accounts: ANNA + pseudonym('Info', 'anna') + pseudonym('infos', 'anna'),
      },
    },
  },
  'domain-exists': {
    severity: 'medium',
    found: {
      'this server has other settings for it': {
        databases: { domains: 'example.com=domain|Description|Old\n' },
        here: { domains: 'example.com=domain|Description|New|TransportType|Relay\n' },
      },
    },
    silent: {
      'this server has other domains': {
        databases: { domains: 'example.com=domain|Description|Old\n' },
        here: { domains: 'example.org=domain|Description|New|TransportType|Relay\n' },
      },
    },
  },
  'ibay-exists': {
    severity: 'medium',
    found: {
      'this server has a shared folder of its name': {
        accounts: ibay('shop'),
        here: { accounts: 'shop=ibay|Description|Mine\n' },
      },
    },
    silent: {
      'this server has a shared folder of another name': {
        accounts: ibay('shop'),
        here: { accounts: 'store=ibay|Description|Mine\n' },
      },
    },
  },
  'ibay-name': {
    severity: 'high',
    found: { 'a name has a character that none may have': { accounts: ibay('A-Share!') } },
    silent: { 'a name has letters, digits and dashes': { accounts: ibay('A-Share1') } },
  },
  'ibay-name-long': {
    severity: 'medium',
    found: { 'a name is longer than names are here': { accounts: ibay('a'.repeat(31)) } },
    silent: { 'a name is as long as it may be': { accounts: ibay('a'.repeat(30)) } },
  },
  'spam-rule-skipped': {
    severity: 'medium',
    found: { 'a wildcard stands in the middle': spamRule('b*d@example.com') },
    silent: { 'a wildcard stands for a whole user': spamRule('*@example.com') },
  },
}
