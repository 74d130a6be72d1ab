import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { testbed } from '@nethserver-migrate/testkit'
import { joinPath, toBuffer } from '../src/files/bytes.js'
import { countFiles } from '../src/inspect/count-files.js'
import { featureStates, installCommand } from '../src/inspect/features.js'
import { inspect, type InspectOptions } from '../src/inspect/inspect.js'
import { noProgress } from '../src/report/progress.js'
import { Interruption } from '../src/run/interruption.js'
import { lookAtDestination } from '../src/run/look-at-destination.js'
import { openHost } from '../src/run/open-host.js'
import { Source } from '../src/source/source.js'
import { pluginOf } from './helpers/plugin-of.js'

const USERS = 'home/e-smith/files/users'

const office = () =>
  testbed({
    source: {
      databases: {
        configuration:
          'SystemName=old\nDomainName=example.com\nSystemMode=serveronly\nTimeZone=Europe/Rome\nsmb=service|ServerRole|PDC|Workgroup|ACME\nsysconfig=configuration|ProductName|SME Server|ReleaseVersion|8.1\n',
        accounts:
          'anna=user|FirstName|Anna|LastName|Bl\xe4\ngroup1=group|Members|anna, bob\nshop=ibay|Name|Our shop|Group|group1|PublicAccess|global\nlaser=printer|Description|Laser\n',
        domains: 'example.com=domain|Content|Primary\n',
      },
      files: {
        [`${USERS}/anna/Maildir/cur/1`]: '12345',
        [`${USERS}/anna/Maildir/.Old/new/2`]: '123',
        [`${USERS}/anna/Maildir/dovecot-uidlist`]: 'not a message',
        [`${USERS}/anna/home/a b`]: '1',
        'home/e-smith/files/ibays/shop/html/index.html': '12',
        'home/e-smith/db/mysql/horde.dump': '1234567',
        'home/e-smith/fax/docs/sent/1.pdf': '1',
        'etc/shadow': 'anna:$6$x$y:1:0:9:7:::\n',
      },
    },
  })

const look = (options: Partial<InspectOptions> = {}) => {
  const { source, root } = office()
  return inspect({
    source,
    root,
    plugins: [],
    known: [],
    counts: true,
    progress: noProgress,
    interruption: new Interruption(),
    onProgress: () => undefined,
    ...options,
  })
}

describe('what is on an old server', () => {
  it('is told with the numbers of messages and files', async () => {
    const found = await look()
    expect({ ...found, source: '', destination: '' }).toEqual({
      source: '',
      destination: '',
      system: {
        name: 'old.example.com',
        product: 'SME Server',
        release: '8.1',
        mode: 'serveronly',
        sambaRole: 'PDC',
        workgroup: 'ACME',
        timeZone: 'Europe/Rome',
      },
      domains: [{ name: 'example.com', content: 'Primary' }],
      users: [
        {
          name: 'admin',
          fullName: '',
          password: 'none',
          mail: { files: 0, bytes: 0 },
          home: { files: 0, bytes: 0 },
        },
        {
          name: 'anna',
          fullName: 'Anna Blä',
          password: 'set',
          mail: { files: 2, bytes: 8 },
          home: { files: 1, bytes: 1 },
        },
      ],
      groups: [{ name: 'group1', members: ['anna', 'bob'] }],
      ibays: [
        {
          name: 'shop',
          description: 'Our shop',
          group: 'group1',
          web: 'global',
          content: { files: 1, bytes: 2 },
        },
      ],
      databases: [{ name: 'horde', bytes: 7 }],
      printers: [{ name: 'laser', description: 'Laser' }],
      faxes: { sent: { files: 1, bytes: 1 }, received: { files: 0, bytes: 0 } },
      features: [],
      install: null,
    })
  })

  it('is told without numbers when nothing is to be counted', async () => {
    const { users, ibays, faxes } = await look({ counts: false })
    expect([users[1]?.mail, users[1]?.home, ibays[0]?.content, faxes.sent]).toEqual([
      null,
      null,
      null,
      null,
    ])
  })

  it('is counted with progress', async () => {
    const told: string[] = []
    await look({ onProgress: ({ trees, of, files }) => told.push(`${trees}/${of}: ${files}`) })
    expect([told.length, told[told.length - 1]]).toEqual([4, '4/4: 5'])
  })
})

it('counts no file behind a link', async () => {
  const { source } = office()
  mkdirSync(join(source, 'elsewhere'))
  symlinkSync(join(source, USERS), join(source, 'elsewhere/link'))
  expect(
    await countFiles([{ path: join(source, 'elsewhere') }], new Interruption(), () => undefined),
  ).toEqual([{ files: 0, bytes: 0 }])
})

it('counts in folders whatever bytes their names have', async () => {
  const { source } = office()
  const folder = joinPath(source, 'M\xe4rz\n')
  mkdirSync(toBuffer(folder))
  writeFileSync(toBuffer(joinPath(folder, '-x')), '123')
  expect(await countFiles([{ path: folder }], new Interruption(), () => undefined)).toEqual([
    { files: 1, bytes: 3 },
  ])
})

it('stops counting when it is asked to', async () => {
  const interruption = new Interruption()
  interruption.request('SIGINT')
  await expect(look({ interruption })).rejects.toMatchObject({ code: 'INTERRUPTED' })
})

describe('features', () => {
  const known = (name: string, feature: object) => ({
    name: `nethserver-${name}-migrate`,
    api: 1,
    feature: {
      title: name,
      packages: [`nethserver-${name}`],
      records: [{ database: 'configuration', key: name }],
      inUse: () => true,
      evidence: 'it is so',
      ...feature,
    },
  })

  const states = (like: 6 | 7, features: ReturnType<typeof known>[], configuration = '') => {
    const { source: path, root } = testbed({ like, destination: { records: { configuration } } })
    const host = openHost(root, 'plan')
    const source = Source.open(path)
    const { destination } = lookAtDestination(host, source)
    return featureStates({
      source,
      host,
      destination,
      plugins: [pluginOf(() => undefined)],
      known: features,
    }).filter(({ plugin }) => plugin !== 'nethserver-test-migrate')
  }

  it('are told with package and plugin, and the one command that installs what is missing', () => {
    const found = states(
      7,
      [known('chat', {}), known('phone', {}), known('old', { inUse: () => false })],
      'phone=service\n',
    )
    expect(found).toEqual([
      {
        title: 'chat',
        plugin: 'nethserver-chat-migrate',
        inUse: true,
        evidence: 'it is so',
        package: 'nethserver-chat',
        packageInstalled: false,
        pluginInstalled: false,
      },
      expect.objectContaining({ title: 'old', inUse: false }),
      expect.objectContaining({ title: 'phone', packageInstalled: true }),
    ])
    expect(installCommand(found)).toBe(
      'yum install nethserver-chat nethserver-chat-migrate nethserver-phone-migrate',
    )
  })

  it('of the other kind of destination are not told', () => {
    const both = [
      known('six', { only: 'without-provider' }),
      known('seven', { only: 'with-provider' }),
    ]
    expect(states(6, both).map(({ title }) => title)).toEqual(['six'])
    expect(states(7, both).map(({ title }) => title)).toEqual(['seven'])
  })

  it('that another installed one serves are not told', () => {
    const both = [known('a', { purpose: 'p' }), known('b', { purpose: 'p' })]
    expect(states(7, both, 'b=service\n').map(({ title }) => title)).toEqual(['b'])
    expect(states(7, both).map(({ title }) => title)).toEqual(['a', 'b'])
  })
})
