import { lstatSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { testbed, type Testbed, type TestbedOptions } from '@nethserver-migrate/testkit'
import type { AccountResult, NewGroup, NewUser } from '../src/destination/account-operations.js'
import { accountsProvider, type AccountsProvider } from '../src/destination/accounts-provider.js'
import type { Destination } from '../src/destination/destination.js'
import { RecordTable } from '@nethserver-migrate/esmith-db'
import { pluginOf } from './helpers/plugin-of.js'

const HASH = '$6$salt$abcdefghijklmnopqrstuvwxyz'
const SECRETS = 'var/lib/nethserver/migration/secrets'

const user = (name: string, more: Partial<NewUser> = {}): NewUser => ({
  name,
  fullName: `${name.toUpperCase()} X`,
  uid: undefined,
  props: {},
  ...more,
})
const group = (name: string, more: Partial<NewGroup> = {}): NewGroup => ({
  name,
  gid: undefined,
  members: [],
  props: {},
  ...more,
})

/** Runs what a plugin asks, and gives its answer with what was reported. */
async function asking<Answer>(
  bed: Testbed,
  ask: (destination: Destination) => Promise<Answer>,
  mode: 'plan' | 'apply' = 'apply',
) {
  const answers: Answer[] = []
  const result = await bed.run(
    pluginOf(async ({ destination }) => {
      answers.push(await ask(destination))
    }),
    { mode },
  )
  return { ...result, answer: answers[0] }
}

/** The lines that a text file of the destination has more than a freshly staged one. */
function added(bed: Testbed, path: string, like: 6 | 7): string[] {
  const fresh = new Set(testbed({ like }).file(path).split('\n'))
  return bed
    .file(path)
    .split('\n')
    .filter((line) => !fresh.has(line))
}

const ids = (results: readonly AccountResult[] | undefined) =>
  results?.map(({ outcome, id }) => [outcome, id])

describe('where the accounts of a destination live', () => {
  it.each<[AccountsProvider, string]>([
    ['accounts-database', 'slapd=service|status|enabled\n'],
    ['local-ldap', 'sssd=service|Provider|ldap\nslapd=service|status|enabled\n'],
    [
      'local-ldap',
      'sssd=service|LdapURI|ldap://127.0.0.1|Provider|ldap\nslapd=service|status|enabled\n',
    ],
    [
      'remote-ldap',
      'sssd=service|LdapURI|ldaps://ldap.acme.com|Provider|ldap\nslapd=service|status|enabled\n',
    ],
    ['remote-ldap', 'sssd=service|Provider|ldap\nslapd=service|status|disabled\n'],
    ['remote-ldap', 'sssd=service|Provider|ldap\n'],
    ['remote-ldap', 'sssd=service|LdapURI|ldap://localhost.acme.com|Provider|ldap\n'],
    ['local-ad', 'sssd=service|Provider|ad\nnsdc=service|status|enabled\n'],
    ['remote-ad', 'sssd=service|Provider|ad\nnsdc=service|status|disabled\n'],
    ['remote-ad', 'sssd=service|Provider|ad\n'],
    ['none', 'sssd=service|Provider|none\n'],
    ['none', 'sssd=service|status|enabled\n'],
  ])('is %s with the records %j', (provider, records) => {
    expect(accountsProvider(RecordTable.parse(records))).toBe(provider)
  })
})

describe('a new user where accounts are records', () => {
  it('is a record, an entry in passwd, group and shadow, and an event', async () => {
    const bed = testbed({ like: 6 })
    const { answer, report } = await asking(bed, (destination) =>
      destination.createUsers([
        user('rossi', {
          fullName: 'Mario Rossi',
          uid: 5001,
          props: { FirstName: 'Mario', LastName: 'Rossi' },
        }),
      ]),
    )
    expect(answer).toEqual([{ outcome: 'done', key: 'user:rossi', id: 5001 }])
    expect(bed.record('accounts', 'rossi')).toBe(
      'rossi=user|FirstName|Mario|LastName|Rossi|Uid|5001',
    )
    expect(added(bed, 'etc/passwd', 6)).toEqual([
      'rossi:x:5001:5001:Mario Rossi:/var/lib/nethserver/home/rossi:/usr/libexec/openssh/sftp-server',
    ])
    expect(added(bed, 'etc/group', 6)).toEqual(['locals:x:501:admin,rossi', 'rossi:x:5001:'])
    expect(added(bed, 'etc/shadow', 6)).toEqual(['rossi:!!::0:99999:7:::'])
    expect(bed.events()).toEqual(['user-create rossi'])
    expect(report.changes.map(({ change }) => change)).toEqual([
      {
        kind: 'record',
        database: 'accounts',
        key: 'rossi',
        type: [null, 'user'],
        props: { FirstName: [null, 'Mario'], LastName: [null, 'Rossi'], Uid: [null, '5001'] },
      },
      { kind: 'user', name: 'rossi', uid: 5001 },
    ])
    expect(report.events).toMatchObject([{ name: 'user-create', args: ['rossi'] }])
  })

  it.each<[string, number | undefined, number]>([
    ['free', 7001, 7001],
    ['free and below MinUid', 505, 505],
    ['that of a user of the destination', 500, 5000],
    ['that of a group of the destination', 503, 5000],
    ['unknown', undefined, 5000],
    ['that of root', 0, 5000],
    ['no id at all', -1, 5000],
  ])('has an id that is %s (%s): it gets %i', async (_what, uid, expected) => {
    const { answer } = await asking(testbed({ like: 6 }), (destination) =>
      destination.createUsers([user('rossi', { uid })]),
    )
    expect(ids(answer)).toEqual([['done', expected]])
  })

  it('never shares its id with another one of the same batch', async () => {
    const { answer } = await asking(testbed({ like: 6 }), (destination) =>
      destination.createUsers([
        user('a'),
        user('b', { uid: 5001 }),
        user('c', { uid: 5001 }),
        user('d'),
      ]),
    )
    expect(ids(answer)).toEqual([
      ['done', 5000],
      ['done', 5001],
      ['done', 5002],
      ['done', 5003],
    ])
  })

  it('looks for ids from the MinUid of the destination on', async () => {
    const configuration = testbed({ like: 6 })
      .databaseText('configuration')
      .replace('MinUid=5000', 'MinUid=8000')
    const bed = testbed({ like: 6, destination: { databases: { configuration } } })
    const { answer } = await asking(bed, (destination) => destination.createUsers([user('a')]))
    expect(ids(answer)).toEqual([['done', 8000]])
  })

  it('has its record in the database before its event is signalled', async () => {
    const bed = testbed({ like: 6 })
    const { answer } = await asking(bed, async (destination) => {
      await destination.createUsers([user('rossi')])
      return [bed.record('accounts', 'rossi'), ...bed.events()]
    })
    expect(answer).toEqual(['rossi=user|Uid|5000', 'user-create rossi'])
  })

  it('joins locals with all the others of its batch', async () => {
    const bed = testbed({ like: 6 })
    await asking(bed, (destination) =>
      destination.createUsers(['a', 'b', 'c'].map((name) => user(name))),
    )
    expect(added(bed, 'etc/group', 6)).toEqual([
      'locals:x:501:admin,a,b,c',
      'a:x:5000:',
      'b:x:5001:',
      'c:x:5002:',
    ])
  })

  it('has its name in ASCII in passwd, without what separates fields', async () => {
    const bed = testbed({ like: 6 })
    await asking(bed, (destination) =>
      destination.createUsers([
        user('a', { fullName: 'Jos\xe9 M\xfcller: x,y\n' }),
        user('b', { fullName: 'Jos\xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac' }),
      ]),
    )
    expect(added(bed, 'etc/passwd', 6).map((line) => line.split(':')[4])).toEqual([
      'Jose Muller xy',
      'Jose',
    ])
  })
})

describe('a new user where accounts come from a local LDAP server', () => {
  it('is an entry in passwd, group and shadow with a new id, and an event; no record', async () => {
    const bed = testbed({ like: 7 })
    const before = bed.databaseText('accounts')
    const { answer, report } = await asking(bed, (destination) =>
      destination.createUsers([user('rossi', { fullName: 'Mario Rossi', uid: 5001 })]),
    )
    expect(answer).toEqual([{ outcome: 'done', key: 'user:rossi', id: 10001 }])
    expect(bed.databaseText('accounts')).toBe(before)
    expect(added(bed, 'etc/passwd', 7)).toEqual([
      'rossi:x:10001:10000:Mario Rossi:/var/lib/nethserver/home/rossi:/usr/libexec/openssh/sftp-server',
    ])
    expect(added(bed, 'etc/group', 7)).toEqual(['locals:x:10000:admin,rossi'])
    expect(added(bed, 'etc/shadow', 7)).toEqual(['rossi:!!::0:99999:7:::'])
    expect(bed.events()).toEqual(['user-create rossi Mario Rossi'])
    expect(report.changes.map(({ change }) => change)).toEqual([
      { kind: 'user', name: 'rossi', uid: 10001 },
    ])
  })

  it('has its full name as one argument, Latin-1 decoded', async () => {
    const { report } = await asking(testbed(), (destination) =>
      destination.createUsers([
        user('a', { fullName: 'Jos\xe9 "x" $(y)' }),
        user('b', { fullName: 'Jos\xc3\xa9' }),
      ]),
    )
    expect(report.events).toMatchObject([
      { name: 'user-create', args: ['a', 'José "x" $(y)'] },
      { name: 'user-create', args: ['b', 'José'] },
    ])
  })
})

describe('a new group', () => {
  it('is a record with its id, an entry in group, and an event, where accounts are records', async () => {
    const bed = testbed({ like: 6 })
    const { answer } = await asking(bed, (destination) =>
      destination.createGroups([
        group('sales', {
          gid: 5010,
          members: ['admin'],
          props: { Description: 'Sales', Members: 'admin' },
        }),
      ]),
    )
    expect(answer).toEqual([{ outcome: 'done', key: 'group:sales', id: 5010 }])
    expect(bed.record('accounts', 'sales')).toBe(
      'sales=group|Description|Sales|Gid|5010|Members|admin|Uid|5010',
    )
    expect(added(bed, 'etc/group', 6)).toEqual(['sales:x:5010:admin'])
    expect(added(bed, 'etc/passwd', 6)).toEqual([])
    expect(bed.events()).toEqual(['group-create sales'])
  })

  it('is an entry in group and an event with its members, with an LDAP server', async () => {
    const bed = testbed({ like: 7 })
    const { answer, report } = await asking(bed, async (destination) => {
      await destination.createUsers([user('rossi')])
      return destination.createGroups([group('sales', { gid: 5010, members: ['rossi', 'admin'] })])
    })
    expect(ids(answer)).toEqual([['done', 10002]])
    expect(added(bed, 'etc/group', 7)).toContain('sales:x:10002:rossi,admin')
    expect(bed.events().at(-1)).toBe('group-create sales rossi admin')
    expect(report.changes.at(-1)?.change).toEqual({
      kind: 'group',
      name: 'sales',
      gid: 10002,
      members: ['rossi', 'admin'],
    })
  })

  it('never has the id of a user', async () => {
    const { answer } = await asking(testbed({ like: 6 }), async (destination) => {
      await destination.createUsers([user('rossi', { uid: 5010 })])
      return destination.createGroups([group('sales', { gid: 5010 })])
    })
    expect(ids(answer)).toEqual([['done', 5000]])
  })
})

describe('an account that exists', () => {
  it.each<[string, TestbedOptions]>([
    ['as a record', { destination: { records: { accounts: 'rossi=pseudonym|Account|admin\n' } } }],
    ['in passwd', { destination: { files: passwdWith('rossi:x:900:900::/home/rossi:/bin/sh') } }],
  ])('%s is left as it is: skipped, and the plugin is told', async (_where, options) => {
    for (const like of [6, 7] as const) {
      const bed = testbed({ ...options, like })
      const before = bed.manifest('etc')
      const { answer, report } = await asking(bed, (destination) =>
        destination.createUsers([user('rossi', { uid: 5001 })]),
      )
      expect(answer).toEqual([{ outcome: 'exists', key: 'user:rossi', id: undefined }])
      expect(report).toMatchObject({
        status: 'unchanged',
        counts: { skipped: 1, done: 0 },
        changes: [{ outcome: 'skipped', change: { kind: 'user', name: 'rossi' } }],
      })
      expect(bed.events()).toEqual([])
      expect(bed.manifest('etc')).toEqual(before)
    }
  })

  it('as a group does not stand in the way of the rest of the batch', async () => {
    const bed = testbed({ like: 6 })
    const { answer } = await asking(bed, (destination) =>
      destination.createGroups([group('domadmins'), group('sales')]),
    )
    expect(ids(answer)).toEqual([
      ['exists', undefined],
      ['done', 5000],
    ])
    expect(bed.events()).toEqual(['group-create sales'])
  })

  it.each([6, 7] as const)(
    'because an earlier import has made it is unchanged, and keeps its id (like %i)',
    async (like) => {
      const bed = testbed({ like })
      const ask = async (destination: Destination) => [
        ...(await destination.createUsers([user('rossi', { uid: 5001 }), user('verdi')])),
        ...(await destination.createGroups([group('sales', { members: ['rossi'] })])),
      ]
      const first = await asking(bed, ask)
      const etc = bed.manifest('etc')
      const second = await asking(bed, ask)
      expect(second.answer).toEqual(
        first.answer?.map((result) => ({ ...result, outcome: 'unchanged' })),
      )
      expect(second.report).toMatchObject({ status: 'unchanged', changes: [], events: [] })
      expect(bed.manifest('etc')).toEqual(etc)
    },
  )
})

describe('accounts in a plan', () => {
  it('are found by what follows, and nowhere else', async () => {
    const bed = testbed({ like: 6 })
    const before = bed.manifest('.')
    const { answer } = await asking(
      bed,
      async (destination) => {
        await destination.createUsers([user('rossi', { uid: 5001 })])
        await destination.createGroups([group('sales', { gid: 5010, members: ['rossi'] })])
        return [
          destination.findUser('rossi')?.uid,
          destination.findGroup('sales')?.gid,
          destination.findUser('verdi'),
          destination.homeOf('rossi'),
        ]
      },
      'plan',
    )
    expect(answer).toEqual([5001, 5010, undefined, '/var/lib/nethserver/home/rossi'])
    expect(bed.manifest('.')).toEqual(before)
  })
})

describe('the home of an account', () => {
  it('is the one that the destination knows, or where it will be', async () => {
    const { answer } = await asking(testbed({ like: 7 }), async (destination) => [
      destination.homeOf('mysql'),
      destination.homeOf('nobody-knows'),
    ])
    expect(answer).toEqual(['/var/lib/mysql', '/var/lib/nethserver/home/nobody-knows'])
  })
})

describe('a password', () => {
  const set =
    (hash = HASH) =>
    async (destination: Destination) => {
      await destination.createUsers([user('rossi')])
      return destination.setPasswords([{ user: 'rossi', hash }])
    }

  it('is a random one that its hash replaces, where accounts are records', async () => {
    const bed = testbed({ like: 6 })
    const { answer, report } = await asking(bed, set())
    expect(answer).toEqual([{ outcome: 'done', key: 'password:rossi' }])
    expect(added(bed, 'etc/shadow', 6)).toEqual([`rossi:${HASH}::0:99999:7:::`])
    expect(bed.events()).toEqual([
      'user-create rossi',
      `password-modify rossi /${SECRETS}/password-rossi`,
      'run: lpasswd -f 0 rossi',
    ])
    const random = bed.file(`${SECRETS}/password-rossi`)
    expect(random).toMatch(/^[A-Za-z0-9+/]{22}==$/)
    expect(bed.file(`${SECRETS}/hash-rossi`)).toBe(`${random}\n${HASH}\n`)
    expect(report.changes.at(-1)?.change).toEqual({ kind: 'password', user: 'rossi' })
  })

  it('is its hash alone with an LDAP server', async () => {
    const bed = testbed({ like: 7 })
    const { report } = await asking(bed, set())
    expect(added(bed, 'etc/shadow', 7)).toEqual([`rossi:${HASH}::0:99999:7:::`])
    expect(bed.events()).toEqual(['user-create rossi ROSSI X', 'run: lpasswd -f 0 rossi'])
    expect(bed.file(`${SECRETS}/hash-rossi`)).toBe(`${HASH}\n`)
    expect(report.events).toMatchObject([{ name: 'user-create', args: ['rossi', 'ROSSI X'] }])
  })

  it('reaches the replay in files that only their owner can read, named in the queue', async () => {
    const bed = testbed({ like: 6 })
    await asking(bed, set())
    expect(bed.manifest(SECRETS).map((line) => line.split(' ').slice(0, 2))).toEqual([
      ['f', '0600'],
      ['f', '0600'],
    ])
    expect(lstatSync(join(bed.root, SECRETS)).mode & 0o777).toBe(0o700)
    const queue = bed.file('var/lib/nethserver/migration/events.jsonl').split('\n')
    expect(JSON.parse(queue[2] ?? '')).toEqual({
      command: ['lpasswd', '-f', '0', 'rossi'],
      input: `/${SECRETS}/hash-rossi`,
    })
  })

  it('keeps the other fields of a user who is in shadow already', async () => {
    const bed = testbed({
      like: 7,
      destination: {
        files: { 'etc/shadow': 'a:*:1::::::\nadmin:!!:14610:1:180:7:::\nb:x:1::::::' },
      },
    })
    await asking(bed, (destination) => destination.setPasswords([{ user: 'admin', hash: HASH }]))
    expect(bed.file('etc/shadow')).toBe(
      `a:*:1::::::\nadmin:${HASH}:14610:1:180:7:::\nb:x:1::::::\n`,
    )
  })

  it.each([6, 7] as const)(
    'is set once, and never again after the user has changed it (like %i)',
    async (like) => {
      const bed = testbed({ like })
      await asking(bed, set())
      const shadow = join(bed.root, 'etc/shadow')
      writeFileSync(shadow, readFileSync(shadow, 'latin1').replace(HASH, '$6$own$choice'))
      const queued = bed.events().length
      const { answer, report } = await asking(bed, set())
      expect(answer).toEqual([{ outcome: 'unchanged', key: 'password:rossi' }])
      expect(report.status).toBe('unchanged')
      expect(added(bed, 'etc/shadow', like)).toEqual(['rossi:$6$own$choice::0:99999:7:::'])
      expect(bed.events()).toHaveLength(queued)
    },
  )

  it('is not set again, although the source has another one now', async () => {
    const bed = testbed({ like: 7 })
    await asking(bed, set())
    const { report } = await asking(bed, set('$6$other$hash'))
    expect(report.status).toBe('unchanged')
    expect(bed.file('etc/shadow')).toContain(HASH)
  })
})

function passwdWith(line: string) {
  return { 'etc/passwd': `root:x:0:0:root:/root:/bin/bash\n${line}\n` }
}
