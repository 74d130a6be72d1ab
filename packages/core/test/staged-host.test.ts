import { lstatSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  manifest,
  temporaryFolder,
  testbed,
  writeTree,
  type Tree,
} from '@nethserver-migrate/testkit'
import type { Destination } from '../src/destination/destination.js'
import type { HostTask } from '../src/host/host.js'
import { StagedHost } from '../src/host/staged-host.js'
import { forgetAfter, queueOf } from './helpers/journal-lines.js'
import { pluginOf } from './helpers/plugin-of.js'

const QUEUE = 'var/lib/nethserver/migration/events.jsonl'
const HASH = '$6$salt$hash'

function hostWith(tree: Tree = {}) {
  const root = temporaryFolder()
  writeTree(root, tree)
  const file = (path: string) => readFileSync(join(root, path), 'latin1')
  return {
    root,
    host: new StagedHost(root),
    file,
    queue: () => readFileSync(join(root, QUEUE), 'utf8'),
  }
}

const event = (name: string, ...args: string[]): HostTask => ({ event: name, args })

describe('the queue of a staged host', () => {
  it('holds events and commands in order, one JSON object a line', async () => {
    const { host, queue } = hostWith()
    await host.perform([event('user-create', 'rossi', 'Mario "M" Rossi\n')], 0)
    await host.perform([{ command: ['expand-template', '/etc/hosts'] }, event('mail-save')], 0)
    expect(queue()).toBe(
      '{"event":"user-create","args":["rossi","Mario \\"M\\" Rossi\\n"]}\n' +
        '{"command":["expand-template","/etc/hosts"]}\n' +
        '{"event":"mail-save","args":[]}\n',
    )
  })

  it('can be read by its owner only, as can its folder and the secrets', async () => {
    const { host, root } = hostWith({ 'var/lib/nethserver/db/configuration': '' })
    await host.perform(
      [
        {
          event: 'password-modify',
          args: ['rossi'],
          secretFile: { name: 'password-rossi', content: () => 'secret' },
        },
        { command: ['lpasswd'], secretInput: { name: 'hash-rossi', content: () => 'hash\xe9\n' } },
      ],
      0,
    )
    const modes = manifest(join(root, 'var/lib/nethserver')).map((line) => {
      const [kind, mode, , path] = line.split(' ')
      return [kind, mode, path].join(' ')
    })
    expect(modes).toEqual([
      'd 0755 db',
      'f 0644 db/configuration',
      'd 0700 migration',
      'f 0600 migration/events.jsonl',
      'd 0700 migration/secrets',
      'f 0600 migration/secrets/hash-rossi',
      'f 0600 migration/secrets/password-rossi',
    ])
  })

  it('names the files of secrets as the replaying host sees them, and never their content', async () => {
    const { host, queue, file } = hostWith()
    await host.perform(
      [
        {
          event: 'password-modify',
          args: ['rossi'],
          secretFile: { name: 'password-rossi', content: () => 'PLANTED' },
        },
        { command: ['lpasswd'], secretInput: { name: 'hash-rossi', content: () => 'PLANTED\xe9' } },
      ],
      0,
    )
    const folder = '/var/lib/nethserver/migration/secrets'
    expect(queue()).toBe(
      `{"event":"password-modify","args":["rossi","${folder}/password-rossi"]}\n` +
        `{"command":["lpasswd"],"input":"${folder}/hash-rossi"}\n`,
    )
    expect(file(`${folder}/password-rossi`)).toBe('PLANTED')
    expect(file(`${folder}/hash-rossi`)).toBe('PLANTED\xe9')
  })

  it('does not get a task again that stands in it since the checkpoint', async () => {
    const { host, queue } = hostWith()
    await host.perform([event('old-save')], 0)
    const checkpoint = host.checkpoint()
    await host.perform([event('a-save'), event('b-save')], checkpoint)
    await host.perform([event('a-save'), event('old-save'), event('c-save')], checkpoint)
    expect(queue().match(/[a-z]+-save/g)).toEqual([
      'old-save',
      'a-save',
      'b-save',
      'old-save',
      'c-save',
    ])
  })

  it('loses a line that a crash cut short, and goes on behind the last whole one', async () => {
    const whole = '{"event":"first-save","args":[]}\n'
    const { host, queue } = hostWith({ [QUEUE]: `${whole}{"event":"sec` })
    await host.perform([event('second-save')], 0)
    expect(queue()).toBe(`${whole}{"event":"second-save","args":[]}\n`)
  })

  it('loses a cut line also when the checkpoint lies behind it', async () => {
    const { host, queue } = hostWith({ [QUEUE]: '{"event":"fir' })
    await host.perform([event('first-save')], host.checkpoint())
    expect(queue()).toBe('{"event":"first-save","args":[]}\n')
  })
})

describe('a run that is killed while it fills the queue', () => {
  const asks: Readonly<Record<string, (destination: Destination) => Promise<unknown>>> = {
    'an event': (destination) => destination.signalEvent('mail-save', ['x']),
    'a command': (destination) => destination.run(['expand-template', '/etc/hosts']),
    users: (destination) =>
      destination.createUsers(
        ['rossi', 'verdi'].map((name) => ({ name, fullName: 'R', uid: undefined, props: {} })),
      ),
    groups: (destination) =>
      destination.createGroups([{ name: 'sales', gid: undefined, members: [], props: {} }]),
    passwords: (destination) => destination.setPasswords([{ user: 'admin', hash: HASH }]),
  }

  /** Where the queue is cut: at its beginning, in its first half, in its second, at its end. */
  const CUTS = [0, 0.3, 0.8, 1]

  it.each(
    [6, 7].flatMap((like) => Object.keys(asks).map((what) => [what, like as 6 | 7] as const)),
  )('has %s in it exactly once after the next run (like %i)', async (what, like) => {
    const plugin = pluginOf(async ({ destination }) => {
      await destination.signalEvent('before-save')
      await asks[what]?.(destination)
    })
    for (const part of CUTS) {
      const bed = testbed({ like })
      await bed.run(plugin)
      const undisturbed = { queue: bed.events(), etc: bed.manifest('etc') }
      const start = readFileSync(queueOf(bed), 'utf8').indexOf('\n') + 1
      const { size } = lstatSync(queueOf(bed))
      // The last beginning is that of the operation in question.
      forgetAfter(bed, '"begin"')
      truncateSync(queueOf(bed), start + Math.floor((size - start) * part))

      await bed.run(plugin)
      expect(bed.events(), `cut at ${part}`).toEqual(undisturbed.queue)
      expect(bed.manifest('etc')).toEqual(undisturbed.etc)
      expect(await bed.run(plugin)).toMatchObject({ report: { status: 'unchanged' } })
      expect(bed.events()).toEqual(undisturbed.queue)
    }
  })

  it('has the random password of the replay in both of its files', async () => {
    const bed = testbed({ like: 6 })
    const plugin = pluginOf(async ({ destination }) => {
      await asks['passwords']?.(destination)
    })
    await bed.run(plugin)
    forgetAfter(bed, '"begin"')
    truncateSync(queueOf(bed), 10)
    await bed.run(plugin)
    const secret = (name: string) => bed.file(`var/lib/nethserver/migration/secrets/${name}`)
    expect(secret('hash-admin')).toBe(`${secret('password-admin')}\n${HASH}\n`)
  })

  it('has accounts that it had not written yet written by the next run', async () => {
    const bed = testbed({ like: 6 })
    const fresh = ['passwd', 'group', 'shadow'].map(
      (name) => [name, bed.file(`etc/${name}`)] as const,
    )
    const plugin = pluginOf(async ({ destination }) => {
      await asks['users']?.(destination)
    })
    await bed.run(plugin)
    const whole = fresh.map(([name]) => bed.file(`etc/${name}`))
    forgetAfter(bed, '"begin"')
    truncateSync(queueOf(bed), 0)
    // Killed before passwd was written, which comes last.
    writeFileSync(join(bed.root, 'etc/passwd'), fresh[0]?.[1] ?? '')
    await bed.run(plugin)
    expect(fresh.map(([name]) => bed.file(`etc/${name}`))).toEqual(whole)
    expect(bed.events()).toEqual(['user-create rossi', 'user-create verdi'])
  })
})

describe('the account files of a staged host', () => {
  const ROSSI = {
    name: 'rossi',
    uid: 5001,
    gid: 5002,
    gecos: 'Mario Rossi',
    home: '/home/rossi',
    shell: '/bin/sh',
  }
  const members = (...names: string[]) => new Set(names)

  it('are written whole, also behind files that do not end with a line feed', () => {
    const { host, file } = hostWith({
      'etc/passwd': 'root:x:0:0:root:/root:/bin/bash',
      'etc/group': 'root:x:0:',
      'etc/shadow': 'root:*:1::::::',
    })
    host.addAccounts({
      users: [ROSSI],
      groups: [{ name: 'sales', gid: 5010, members: members('rossi', 'verdi') }],
    })
    expect([file('etc/passwd'), file('etc/group'), file('etc/shadow')]).toEqual([
      'root:x:0:0:root:/root:/bin/bash\nrossi:x:5001:5002:Mario Rossi:/home/rossi:/bin/sh\n',
      'root:x:0:\nsales:x:5010:rossi,verdi\n',
      'root:*:1::::::\nrossi:!!::0:99999:7:::\n',
    ])
  })

  it('are made where there are none, shadow for its owner only', () => {
    const { host, root } = hostWith()
    host.addAccounts({ users: [ROSSI], groups: [] })
    expect(lstatSync(join(root, 'etc/passwd')).mode & 0o777).toBe(0o644)
    expect(lstatSync(join(root, 'etc/shadow')).mode & 0o777).toBe(0o600)
  })

  it('keep the modes they have', () => {
    const { host, root } = hostWith({
      'etc/passwd': { content: '', mode: 0o640 },
      'etc/shadow': { content: '', mode: 0o400 },
    })
    host.addAccounts({ users: [ROSSI], groups: [] })
    expect(lstatSync(join(root, 'etc/passwd')).mode & 0o777).toBe(0o640)
    expect(lstatSync(join(root, 'etc/shadow')).mode & 0o777).toBe(0o400)
  })

  it('keep lines that nobody understands', () => {
    const odd = '+::::::\n# comment\n\nshort:x\n'
    const { host, file } = hostWith({ 'etc/passwd': odd, 'etc/group': 'odd\n+:::\n' })
    host.addAccounts({
      users: [ROSSI],
      groups: [{ name: 'sales', gid: 1, members: members() }],
    })
    expect(file('etc/passwd').startsWith(odd)).toBe(true)
    expect(file('etc/group')).toBe('odd\n+:::\nsales:x:1:\n')
  })

  it('join new members to a group, each once; its id stays', () => {
    const { host, file } = hostWith({ 'etc/group': 'sales:!:5010:a,b\nother:x:1:\n' })
    host.addAccounts({
      users: [],
      groups: [
        { name: 'sales', gid: 9, members: members('b', 'c') },
        { name: 'sales', gid: 9, members: members('d') },
      ],
    })
    expect(file('etc/group')).toBe('sales:!:5010:a,b,c,d\nother:x:1:\n')
    expect(host.findGroup('sales')).toEqual({
      name: 'sales',
      gid: 5010,
      members: members('a', 'b', 'c', 'd'),
    })
  })

  it('are not written again for accounts that are in them', () => {
    const { host, root } = hostWith()
    const accounts = {
      users: [ROSSI],
      groups: [{ name: 'sales', gid: 5010, members: members('rossi') }],
    }
    host.addAccounts(accounts)
    const inodes = () =>
      ['passwd', 'group', 'shadow'].map((name) => lstatSync(join(root, 'etc', name)).ino)
    const before = inodes()
    host.addAccounts(accounts)
    new StagedHost(root).addAccounts(accounts)
    expect(inodes()).toEqual(before)
  })

  it('do not lose the hash of a user who is in shadow and not in passwd', () => {
    const { host, file } = hostWith({ 'etc/shadow': `rossi:${HASH}:1::::::\n` })
    host.addAccounts({ users: [ROSSI], groups: [] })
    expect(file('etc/shadow')).toBe(`rossi:${HASH}:1::::::\n`)
  })

  it('hold new hashes, other fields and users as they were', () => {
    const { host, file } = hostWith({
      'etc/shadow': 'root:*:1::::::\nrossi:!!:14610:0:99999:7:::\nverdi:old:1::::::',
    })
    host.storePasswordHashes(
      new Map([
        ['rossi', HASH],
        ['bianchi', '$5$new$hash'],
      ]),
    )
    expect(file('etc/shadow')).toBe(
      `root:*:1::::::\nrossi:${HASH}:14610:0:99999:7:::\nverdi:old:1::::::\nbianchi:$5$new$hash::0:99999:7:::\n`,
    )
    expect([host.passwordHashOf('rossi'), host.passwordHashOf('nobody')]).toEqual([HASH, undefined])
  })

  it('are looked up by name and by id', () => {
    const { host } = hostWith({
      'etc/passwd': 'a:x:5:6:::/bin/sh\nsame:x:5:7:::/bin/sh\n',
      'etc/group': 'g:x:6:a\n',
    })
    expect([
      host.findUser('same')?.gid,
      host.findUser('b'),
      host.findGroup('g')?.gid,
      host.findGroup('a'),
      host.userOfId(5),
      host.userOfId(6),
      host.groupOfId(6),
      host.groupOfId(5),
    ]).toEqual([7, undefined, 6, undefined, 'a', undefined, 'g', undefined])
  })

  it('know root also where they are missing', () => {
    expect(hostWith().host.findUser('root')).toMatchObject({ uid: 0, gid: 0, home: '/root' })
  })
})

describe('a device', () => {
  it('is nothing that a staged host can know of', () => {
    const { host } = hostWith({ 'dev/ttyS0': '' })
    expect(host.hasDevice()).toBeUndefined()
  })
})
