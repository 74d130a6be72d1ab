import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  filesHolding,
  fixtureSource,
  liveHost,
  testbed,
  type Tree,
} from '@nethserver-migrate/testkit'
import { describe, expect, it, type TestContext } from 'vitest'
import plugin from '../src/index.js'

const EVENT = 'nethserver-cups-update'

interface World {
  readonly like?: 6 | 7
  readonly printers?: string
  readonly classes?: string
  /** Further files of the old `etc/cups`. */
  readonly files?: Tree
  /** Files of the destination's `/etc/cups`. */
  readonly here?: Tree
  /** Records of the old configuration and accounts databases. */
  readonly configuration?: string
  readonly accounts?: string
}

function oldServer({
  like = 7,
  printers,
  classes,
  files = {},
  here = {},
  configuration = '',
  accounts = '',
}: World = {}) {
  const old: Tree = {
    ...(printers === undefined ? {} : { 'printers.conf': printers }),
    ...(classes === undefined ? {} : { 'classes.conf': classes }),
    ...files,
  }
  return testbed({
    like,
    source: {
      databases: { configuration: `SystemName=old\n${configuration}`, accounts },
      files: inCups(old),
    },
    destination: { files: inCups(here) },
  })
}

function inCups(files: Tree): Tree {
  return Object.fromEntries(
    Object.entries(files).map(([name, entry]) => [`etc/cups/${name}`, entry]),
  )
}

function printer(name: string, device = `socket://${name}.test:9100`, more = ''): string {
  return `<Printer ${name}>\nInfo ${name}\nDeviceURI ${device}\n${more}</Printer>\n`
}

function classOf(name: string, ...members: readonly string[]): string {
  return `<Class ${name}>\n${members.map((member) => `Printer ${member}\n`).join('')}</Class>\n`
}

const asDefault = (block: string) => block.replace('<', '<Default')

/** What lies in the destination's /etc/cups: kind, mode and path. */
const cupsFolder = (t: ReturnType<typeof testbed>) =>
  t.manifest('etc/cups').map((line) => line.replace(/ \d+:\d+ (\S+)( = .*)?$/, ' $1'))

const RAW = 'notice printers-without-ppd etc/cups/ppd'
const DRIVERS = 'follow-up printer-drivers etc/cups/ppd'

describe.each([6, 7] as const)('printing on a NethServer %s', (like) => {
  const OLD: World = {
    like,
    printers: `# CUPS\n${asDefault(printer('laser'))}${printer('labels')}`,
    classes: `# CUPS\n${classOf('office', 'laser', 'labels')}`,
    files: { 'ppd/laser.ppd': '*PPD-Adobe: "4.3"\n' },
    configuration: 'cups=service|TCPPort|99|UDPPort|98|access|localhost|status|disabled\n',
  }
  const record = (status: string) =>
    `cups=service|TCPPort|631|UDPPort|631|access|${like === 6 ? 'private' : 'green'}|status|${status}`

  it('gets the printers, classes and PPD files of the old server, and its status, but no port', async () => {
    const t = oldServer(OLD)
    const { said } = await t.run(plugin)
    expect(t.file('etc/cups/printers.conf')).toBe(asDefault(printer('laser')) + printer('labels'))
    expect(t.file('etc/cups/classes.conf')).toBe(classOf('office', 'laser', 'labels'))
    expect(t.file('etc/cups/ppd/laser.ppd')).toBe('*PPD-Adobe: "4.3"\n')
    expect(cupsFolder(t)).toEqual([
      'f 0600 classes.conf',
      expect.stringMatching(/^d 0755 .*ppd$/),
      'f 0644 ppd/laser.ppd',
      'f 0600 printers.conf',
    ])
    expect(t.record('configuration', 'cups')).toBe(record('disabled'))
    expect(said).toEqual([DRIVERS, RAW])
    // A staged destination runs no service that would have to be stopped.
    expect(t.events()).toEqual([EVENT])
  })

  it('keeps its own printers, as they are, in front of the old ones', async () => {
    const own = '# mine\n<Printer own>\nDeviceURI ipp://own.test/\n# no line end\n</Printer>'
    const t = oldServer({ ...OLD, here: { 'printers.conf': { content: own, mode: 0o640 } } })
    await t.run(plugin)
    expect(t.file('etc/cups/printers.conf')).toBe(
      `${own}\n${asDefault(printer('laser'))}${printer('labels')}`,
    )
    expect(t.file('etc/cups/printers.conf.before-migration')).toBe(own)
    expect(cupsFolder(t)).toEqual([
      'f 0600 classes.conf',
      expect.stringMatching(/^d 0755 .*ppd$/),
      'f 0644 ppd/laser.ppd',
      'f 0640 printers.conf',
      'f 0640 printers.conf.before-migration',
    ])
  })

  it('stays as it is when the source has nothing of it: no event, no error', async () => {
    const t = oldServer({ like })
    const before = t.databaseText('configuration')
    const { said, messages, report } = await t.run(plugin)
    expect(messages).toEqual([
      'etc/cups/printers.conf is not in the source: nothing of it to migrate',
      'etc/cups/classes.conf is not in the source: nothing of it to migrate',
      'cups has no status in the source configuration database: it stays as it is here',
    ])
    expect(said).toEqual([])
    expect(report.actions[0]?.outcome).toBe('unchanged')
    expect(t.databaseText('configuration')).toBe(before)
    expect(existsSync(join(t.root, 'etc/cups'))).toBe(false)
    expect(t.events()).toEqual([])
  })

  it('changes and signals nothing the second time, and says the same', async () => {
    const t = oldServer({ ...OLD, here: { 'printers.conf': printer('own') } })
    const first = await t.run(plugin)
    const after = [t.databaseText('configuration'), t.manifest('etc/cups'), t.events()]
    const { report, said } = await t.run(plugin)
    expect(report.counts.done).toBe(0)
    expect([t.databaseText('configuration'), t.manifest('etc/cups'), t.events()]).toEqual(after)
    expect(said).toEqual(first.said)
  })

  it('is applied by the next run when one was killed after it had added the printers', async () => {
    const t = oldServer({ like, printers: printer('laser') })
    await t.run(plugin)
    const state = (name: string) => join(t.root, 'var/lib/nethserver/migration', name)
    const journal = readFileSync(state('journal.jsonl'), 'utf8')
    const lastOfFile = journal.lastIndexOf('"file:/etc/cups/printers.conf"')
    writeFileSync(state('journal.jsonl'), journal.slice(0, journal.indexOf('\n', lastOfFile) + 1))
    writeFileSync(state('events.jsonl'), '')
    await t.run(plugin)
    expect(t.file('etc/cups/printers.conf')).toBe(printer('laser'))
    expect(t.events()).toEqual([EVENT])
  })

  it('is planned as it is then imported, and planning changes nothing', async () => {
    const t = oldServer(OLD)
    const before = t.databaseText('configuration')
    const plan = await t.run(plugin, { mode: 'plan' })
    expect(t.databaseText('configuration')).toBe(before)
    expect(existsSync(join(t.root, 'etc/cups'))).toBe(false)
    expect(t.events()).toEqual([])
    const { report, said } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(plan.report.events).toMatchObject([{ name: EVENT, args: [] }])
    expect(plan.said).toEqual(said)
  })

  it('of the sample backup has its two printers and its class', async () => {
    const t = testbed({ like, source: { folder: fixtureSource() } })
    const { said, messages } = await t.run(plugin)
    const old = (name: string) =>
      readFileSync(join(t.source, 'etc/cups', name), 'latin1').replace(/^#.*\n/, '')
    for (const name of ['printers.conf', 'classes.conf'])
      expect(t.file(`etc/cups/${name}`)).toBe(old(name))
    expect(t.record('configuration', 'cups')).toBe(record('enabled'))
    expect(said).toEqual([RAW, 'follow-up printers-plugged-in etc/cups/printers.conf'])
    expect(messages).toEqual([
      'printers without a PPD file print what they get as it is: laser, labels',
      'plug in the printers that hung on the old server itself: labels',
    ])
    expect(t.events()).toEqual([EVENT])
  })
})

describe('printers and classes', () => {
  it.each([
    ['another device', printer('Laser', 'ipp://other.test/')],
    ['a class', classOf('LASER', 'labels')],
  ])('of a name that is %s here are not migrated, with a warning', async (_what, own) => {
    const file = own.startsWith('<Class') ? 'classes.conf' : 'printers.conf'
    const t = oldServer({
      printers: printer('laser') + printer('labels'),
      files: { 'ppd/laser.ppd': 'old', 'ppd/labels.ppd': 'old' },
      here: { [file]: own },
    })
    const { said } = await t.run(plugin)
    expect(t.file('etc/cups/printers.conf')).toBe(
      (file === 'printers.conf' ? own : '') + printer('labels'),
    )
    expect(existsSync(join(t.root, 'etc/cups/ppd/laser.ppd'))).toBe(false)
    expect(t.file('etc/cups/ppd/labels.ppd')).toBe('old')
    expect(said).toEqual(['warning queue-exists laser', DRIVERS])
  })

  it('that are the same ones here stay as somebody has set them up', async () => {
    const own = printer('laser', undefined, 'Option media A4\n') + printer('labels')
    const classes = classOf('office', 'labels', 'LASER')
    const t = oldServer({
      printers: printer('laser') + printer('labels'),
      classes: classOf('office', 'LASER', 'labels'),
      files: { 'ppd/laser.ppd': 'old', 'ppd/labels.ppd': 'the only one' },
      here: { 'printers.conf': own, 'classes.conf': classes, 'ppd/laser.ppd': 'own' },
    })
    const { said } = await t.run(plugin)
    expect(t.file('etc/cups/printers.conf')).toBe(own)
    expect(t.file('etc/cups/classes.conf')).toBe(classes)
    expect(t.file('etc/cups/ppd/laser.ppd')).toBe('own')
    expect(t.file('etc/cups/ppd/laser.ppd.migrated')).toBe('old')
    expect(t.file('etc/cups/ppd/labels.ppd')).toBe('the only one')
    expect(said).toEqual(['notice exists-kept-both /etc/cups/ppd/laser.ppd', DRIVERS])
  })

  it('that cups has written anew since are not taken for others', async () => {
    const t = oldServer({ printers: printer('laser'), files: { 'ppd/laser.ppd': 'old' } })
    const first = await t.run(plugin)
    const rewritten =
      '# cups\n<Printer laser>\nUUID urn:uuid:1\nDeviceURI  socket://laser.test:9100 \nState Idle\n</Printer>\n'
    writeFileSync(join(t.root, 'etc/cups/printers.conf'), rewritten)
    const { report, said } = await t.run(plugin)
    expect(report.counts.done).toBe(0)
    expect(t.file('etc/cups/printers.conf')).toBe(rewritten)
    expect(said).toEqual(first.said)
  })

  it('replace a PPD file that belonged to no printer here; it is kept beside', async () => {
    const t = oldServer({
      printers: printer('laser'),
      files: { 'ppd/laser.ppd': 'old' },
      here: { 'ppd/laser.ppd': 'left over' },
    })
    await t.run(plugin)
    expect(t.file('etc/cups/ppd/laser.ppd')).toBe('old')
    expect(t.file('etc/cups/ppd/laser.ppd.before-migration')).toBe('left over')
  })

  it('never bring a second default: that of the destination stays, with a notice', async () => {
    const own = asDefault(printer('own'))
    const t = oldServer({
      printers: asDefault(printer('laser')),
      here: { 'printers.conf': own },
    })
    const { said, messages } = await t.run(plugin)
    expect(t.file('etc/cups/printers.conf')).toBe(own + printer('laser'))
    expect(said).toEqual(['notice other-default-printer laser', RAW])
    expect(messages).toContain('the default printer of the old server was laser, here it is own')
    expect((await t.run(plugin)).said).toEqual(said)
  })

  it('leave the destination without a default when theirs is something else here', async () => {
    const t = oldServer({
      printers: asDefault(printer('laser')),
      here: { 'printers.conf': printer('laser', 'ipp://other.test/') },
    })
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual(['warning queue-exists laser', 'notice other-default-printer laser'])
    expect(messages).toContain('the default printer of the old server was laser, here it is none')
  })

  it('may have a class as their default', async () => {
    const office = asDefault(classOf('office', 'laser'))
    const t = oldServer({ printers: printer('laser'), classes: office })
    const { said } = await t.run(plugin)
    expect(t.file('etc/cups/classes.conf')).toBe(office)
    expect(said).toEqual([RAW])
  })

  it('of a name that the old server has twice: the first is migrated, with a warning', async () => {
    const t = oldServer({ printers: printer('laser') + printer('LASER', 'ipp://second.test/') })
    const { said } = await t.run(plugin)
    expect(t.file('etc/cups/printers.conf')).toBe(printer('laser'))
    expect(said).toEqual(['warning queue-name-twice LASER', RAW])
  })

  it('that a class has and nobody else are named in a warning', async () => {
    const office = classOf('office', 'laser', 'gone')
    const t = oldServer({ printers: printer('laser'), classes: office })
    const { said, messages } = await t.run(plugin)
    expect(t.file('etc/cups/classes.conf')).toBe(office)
    expect(said).toEqual(['warning class-member-missing office', RAW])
    expect(messages).toContain('class office has printers that do not exist here: gone')
  })

  it('that cannot be understood are skipped with a warning each, the others arrive', async () => {
    const t = oldServer({
      printers: `<Printer cut>\nDeviceURI ipp://me:PLANTED@cut.test/\n${printer('laser')}</Printer>\n`,
    })
    const { said, messages } = await t.run(plugin)
    expect(t.file('etc/cups/printers.conf')).toBe(printer('laser'))
    expect(said).toEqual([
      'warning queue-not-understood etc/cups/printers.conf',
      'warning queue-not-understood etc/cups/printers.conf',
      RAW,
    ])
    expect(messages.slice(0, 2)).toEqual([
      'etc/cups/printers.conf of the source cannot be understood at line 1: a beginning without an end; the rest is migrated',
      'etc/cups/printers.conf of the source cannot be understood at line 7: an end without a beginning; the rest is migrated',
    ])
  })

  it('are not added to a file of the destination that cannot be understood: an ERROR, the rest goes on', async () => {
    const own = '<Printer own>\nDeviceURI ipp://own.test/\n'
    const t = oldServer({
      printers: printer('laser'),
      classes: classOf('office'),
      here: { 'printers.conf': own },
    })
    const { said, report } = await t.run(plugin)
    expect(t.file('etc/cups/printers.conf')).toBe(own)
    expect(t.file('etc/cups/classes.conf')).toBe(classOf('office'))
    expect(said).toEqual(['error file-here-not-understood /etc/cups/printers.conf'])
    expect(report.actions[0]?.outcome).toBe('failed')
  })

  it.each<[string, Tree]>([
    ['a link', { 'printers.conf': { link: '/etc/shadow' } }],
    ['a folder', { 'printers.conf': { directory: true } }],
  ])('are not read from %s: an ERROR, classes arrive', async (_what, files) => {
    const t = oldServer({ files, classes: classOf('office') })
    const { said } = await t.run(plugin)
    expect(existsSync(join(t.root, 'etc/cups/printers.conf'))).toBe(false)
    expect(t.file('etc/cups/classes.conf')).toBe(classOf('office'))
    expect(said).toEqual(['error no-regular-file etc/cups/printers.conf'])
  })

  it('keep their bytes', async () => {
    const block = '<Printer b\xfcro>\nInfo B\xfcro \xc3\xbc \\ "x" $(y)\t \r\n</Printer>\n'
    const t = oldServer({
      files: { 'printers.conf': { content: Buffer.from(block, 'latin1') } },
    })
    await t.run(plugin)
    expect(t.file('etc/cups/printers.conf')).toBe(block)
  })

  it('show the password of a device nowhere but in their file', async () => {
    const secret = 'ipp://me:PLANTED@laser.test/'
    const t = oldServer({
      printers: printer('laser', secret) + printer('labels', secret) + printer('LASER', secret),
      here: { 'printers.conf': printer('labels', 'ipp://me:PLANTED@here.test/') },
    })
    const plan = await t.run(plugin, { mode: 'plan' })
    const { report, said } = await t.run(plugin)
    expect(said).toEqual(['warning queue-name-twice LASER', 'warning queue-exists labels', RAW])
    expect(JSON.stringify([plan, report])).not.toContain('PLANTED')
    expect(filesHolding(t.root, 'PLANTED')).toEqual([
      'etc/cups/printers.conf',
      'etc/cups/printers.conf.before-migration',
    ])
  })

  it.each([
    ['usb://Test/Label', true],
    ['USB://Test/Label', true],
    ['parallel:/dev/lp0', true],
    ['serial:/dev/ttyS0?baud=9600', true],
    ['hp:/usb/Laser?serial=1', true],
    ['hp:/net/Laser?ip=1.2.3.4', false],
    ['lpd://laser.test/usb', false],
  ])('that hang on the server itself are a task: %s', async (device, asked) => {
    const t = oldServer({ printers: printer('laser', device) })
    const { said } = await t.run(plugin)
    expect(said).toEqual([
      RAW,
      ...(asked ? ['follow-up printers-plugged-in etc/cups/printers.conf'] : []),
    ])
  })

  it('that the old server has as records only are a task', async () => {
    const t = oldServer({
      printers: printer('laser'),
      accounts:
        'laser=printer|Name|usb/lp0\nmatrix=printer|Address|192.168.1.61|Location|remote|RemoteName|raw\nprinters=system\nx\xe9=printer\n',
    })
    const { said, messages } = await t.run(plugin)
    expect(said).toEqual([RAW, 'follow-up printers-as-records home/e-smith/db/accounts'])
    expect(messages).toContain(
      'set up the printers that the old server has as records only: matrix, xé',
    )
  })
})

it('a new file belongs to root and the group of the printing service', async (context) => {
  if (process.getuid?.() !== 0) context.skip('only root can give files away')
  const t = testbed({
    source: { files: inCups({ 'printers.conf': printer('laser') }) },
    destination: { files: { 'etc/group': 'lp:x:7:\n' } },
  })
  await t.run(plugin)
  expect(t.manifest('etc/cups')).toEqual([expect.stringMatching(/^f 0600 0:7 printers.conf = /)])
})

describe('PPD files', () => {
  it('that are no regular files are left out with a warning, the others arrive', async () => {
    const t = oldServer({
      files: {
        'ppd/laser.ppd': { link: '/etc/shadow' },
        'ppd/old': { directory: true },
        'ppd/labels.ppd': 'x',
        'ppd/labels.ppd.O': 'y',
      },
    })
    const { said } = await t.run(plugin)
    expect(t.manifest('etc/cups/ppd').map((line) => line.split(' ')[3])).toEqual([
      'labels.ppd',
      'labels.ppd.O',
    ])
    expect(said).toEqual([
      'warning no-regular-file etc/cups/ppd/laser.ppd',
      'warning no-regular-file etc/cups/ppd/old',
    ])
    expect(t.events()).toEqual([EVENT])
  })
})

describe('the status of printing', () => {
  it.each(['', 'cups=service|access|public\n', 'cups=service|status|\n'])(
    'stays when the old server has none: "%s"',
    async (configuration) => {
      const t = oldServer({ configuration })
      const before = t.databaseText('configuration')
      const { said } = await t.run(plugin)
      expect(t.databaseText('configuration')).toBe(before)
      expect(said).toEqual([])
      expect(t.events()).toEqual([])
    },
  )

  it('makes the record where the package is installed without it', async () => {
    const t = testbed({
      source: { databases: { configuration: 'SystemName=old\ncups=service|status|enabled\n' } },
      destination: {
        databases: { configuration: 'sssd=service|Provider|ldap\n' },
        files: { 'var/lib/nethserver/migration/packages': 'nethserver-cups\n' },
      },
    })
    await t.run(plugin)
    expect(t.record('configuration', 'cups')).toBe('cups=service|status|enabled')
    expect(t.events()).toEqual([EVENT])
  })

  it('is skipped, with a notice, where printing is not installed', async () => {
    const t = testbed({
      source: { databases: { configuration: 'SystemName=old\ncups=service|status|enabled\n' } },
      destination: { databases: { configuration: 'sssd=service|Provider|ldap\n' } },
    })
    const { said } = await t.run(plugin)
    expect(said).toEqual(['notice feature-not-installed nethserver-cups-migrate'])
  })
})

/** A live host whose cups writes what it remembers over its file when it is stopped. */
function liveCups(
  context: TestContext,
  like: 6 | 7,
  { here, remembered = here }: { here: string; remembered?: string },
) {
  const service = `case "$*" in
    *stop*) cp /var/lib/remembered /etc/cups/printers.conf ;;
    *start*) cp /etc/cups/printers.conf /var/lib/remembered ;;
  esac`
  const host = liveHost(context, {
    files: {
      'etc/cups/printers.conf': here,
      'var/lib/remembered': remembered,
      'var/lib/nethserver/db/configuration': `SystemName=ns\ncups=service|status|enabled\n${like === 7 ? 'sssd=service|Provider|ldap\n' : ''}`,
    },
    programs: { systemctl: service, service },
    events: [EVENT],
  })
  const run = (source: string) =>
    host.import(plugin.name, new URL('../src/index.ts', import.meta.url), source)
  return { ...host, run }
}

describe('on a live host', () => {
  it.for([
    [7, 'systemctl stop cups', 'systemctl start cups'],
    [6, 'service cups stop', 'service cups start'],
  ] as const)(
    'printing is stopped while printers are added, and only then: NethServer %i',
    ([like, stop, start], context) => {
      const own = printer('own')
      const host = liveCups(context, like, { here: own })
      const { source } = oldServer({
        printers: printer('laser'),
        configuration: 'cups=service|status|enabled\n',
      })
      expect(host.run(source)).toMatchObject({ status: 'done' })
      expect(host.file('etc/cups/printers.conf')).toBe(own + printer('laser'))
      expect(host.calls()).toEqual([stop, start, `signal-event ${EVENT}`])

      expect(host.run(source)).toMatchObject({ status: 'unchanged' })
      expect(host.calls()).toHaveLength(3)
    },
  )

  it('printers are added to what the service has written when it was stopped', (context) => {
    const remembered = printer('own') + printer('new')
    const host = liveCups(context, 7, { here: printer('own'), remembered })
    host.run(oldServer({ printers: printer('laser') }).source)
    expect(host.file('etc/cups/printers.conf')).toBe(remembered + printer('laser'))
  })
})
