// Real RPMs, built by rpmbuild and installed by rpm in a small system of their own.
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fixtureSource, signalEvent, writeTree } from '@nethserver-migrate/testkit'
import { node16 } from '@nethserver-migrate/node16'
import { buildRpms, workspacePackages, type RpmPackage } from '@nethserver-migrate/rpm'
import { execaSync } from 'execa'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { SAMPLE_BACKUP } from './helpers/command.js'
import {
  addLibraries,
  addPrograms,
  addScript,
  rpmTree,
  whyNoRpmTree,
  type RpmTree,
} from './helpers/rpm-tree.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const DIST = fileURLToPath(new URL('../dist', import.meta.url))
const DATE = Date.parse('2026-11-24T00:00:00Z') / 1000
const EVENTS = '/etc/e-smith/events'
const RUNTIME = 'nethserver-migrate-nodejs'
const NO_NODE =
  '[ERROR] NO_NODE: there is no Node 16.20 or newer on this host. Install the package nethserver-migrate-node, or a newer nodejs, then run the same command again\n'
/** The npm modules in the bundle of the command. That of a plugin contains none. */
const BUNDLED =
  `@colors-colors ansi-regex cli-progress cli-table3 commander cross-spawn emoji-regex execa
  fastest-levenshtein get-stream human-signals is-fullwidth-code-point is-stream isexe merge-stream
  mimic-fn npm-run-path onetime path-key path-key picocolors shebang-command shebang-regex
  signal-exit string-width strip-ansi strip-final-newline which yaml`.split(/\s+/)
const whyNot = whyNoRpmTree()
vi.setConfig({ testTimeout: 120_000 })

const folder = mkdtempSync(join(tmpdir(), 'nethserver-migrate-rpms-'))
let all: RpmPackage[] = []
/** Name, or name and version → file. */
const files = new Map<string, string>()

beforeAll(async () => {
  if (whyNot) return
  all = await workspacePackages({ root: ROOT, dist: DIST, date: DATE })
  const ejabberd = found('nethserver-ejabberd-migrate')
  await build(
    found('nethserver-migrate'),
    found('nethserver-migrate-node'),
    found('nethserver-migrate-nodejs'),
    ejabberd,
    found('nethserver-fax-migrate'),
    found('nethserver-hosts-migrate'),
    found('nethserver-samba-migrate'),
    { ...ejabberd, version: '0.1.0', stage: atLevel(55, ejabberd) },
    { ...ejabberd, version: '2.0.0', requires: ['nethserver-migrate-api = 2'] },
    HOST,
    dummy('nodejs', '16.20.2', { provides: ['nodejs = 1:16.20.2'] }),
    feature('nethserver-ejabberd', '1.0', { S50: 'nethserver-ejabberd-migrate' }),
    feature('nethserver-ejabberd', '1.1', { S50: 'nethserver-ejabberd-migrate' }),
    feature('nethserver-ejabberd', '1.2', { S60: 'nethserver-ejabberd-migrate' }),
    feature('nethserver-ejabberd', '1.3', {}),
    feature('nethserver-hylafax', '1.0', { S70: 'nethserver-hylafax-migrate' }),
    feature('nethserver-samba', '1.0', { S20: 'nethserver-samba-migrate-conf' }, ['smb']),
  )
}, 300_000)

// These tests wait for programs without a pause in which vitest could hear of its worker.
afterEach(() => new Promise((done) => setImmediate(done)))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeEach((context) => {
  if (whyNot) context.skip(whyNot)
})

/** What every RPM here finds on a NethServer. */
const HOST: RpmPackage = dummy('host', '7.9', {
  provides: [
    '/bin/sh',
    'acl',
    'coreutils',
    'rsync',
    'tar',
    'util-linux',
    'glibc = 2.17',
    'libgcc',
    'libstdc++ = 4.8.5',
  ],
})

describe('an RPM', () => {
  it('is the same, byte for byte, when it is built again', async () => {
    const again = join(folder, 'again')
    for (const name of ['nethserver-migrate', 'nethserver-samba-migrate']) {
      const [file = ''] = await buildRpms([found(name)], { out: again, compression: 1 })
      expect(readFileSync(file).equals(readFileSync(fileOf(name)))).toBe(true)
    }
  })

  it('asks of rpm nothing that the one of CentOS 6 does not know', () => {
    const needed = query([...files.values()], '--requires')
    expect([...new Set(needed.filter((name) => name.startsWith('rpmlib')))].sort()).toEqual([
      'rpmlib(CompressedFileNames) <= 3.0.4-1',
      'rpmlib(FileDigests) <= 4.6.0-1',
      'rpmlib(PayloadFilesHavePrefix) <= 4.0-1',
    ])
  })

  it('of a plugin carries its bundle, README, licence and createlinks, and requires its API', () => {
    const file = fileOf('nethserver-fax-migrate')
    expect(query(file, '--requires')).toContain('nethserver-migrate-api = 1')
    expect(query(file, '--changelog').join('\n')).toContain('- Migrate settings, documents, queues')
    const tree = '/usr/lib/nethserver-migrate/createlinks/nethserver-fax-migrate'
    const doc = '/usr/share/doc/nethserver-fax-migrate'
    expect(query(file, '--list')).toEqual([
      `${EVENTS}/migration-import`,
      tree,
      `${tree}/etc`,
      `${tree}/etc/e-smith`,
      `${tree}${EVENTS}`,
      `${tree}${EVENTS}/actions`,
      `${tree}${EVENTS}/actions/nethserver-fax-migrate`,
      `${tree}${EVENTS}/actions/nethserver-fax-migrate-faxweb2`,
      `${tree}${EVENTS}/migration-import`,
      `${tree}${EVENTS}/migration-import/S60nethserver-fax-migrate-faxweb2`,
      `${tree}${EVENTS}/migration-import/S70nethserver-fax-migrate`,
      `${tree}/replaces`,
      '/usr/lib/nethserver-migrate/plugins/nethserver-fax-migrate.mjs',
      doc,
      `${doc}/README.md`,
      '/usr/share/licenses/nethserver-fax-migrate',
      '/usr/share/licenses/nethserver-fax-migrate/LICENSE',
    ])
  })

  it('names the licences of all that it contains', () => {
    const licences = query([...files.values()], '--queryformat=%{NAME}: %{LICENSE}\n')
    expect([...new Set(licences)].filter((line) => line.startsWith('nethserver-migrate'))).toEqual([
      'nethserver-migrate: GPLv3+ and ASL 2.0 and ISC and MIT',
      'nethserver-migrate-node: MIT and ASL 2.0 and BSD and ISC and OpenSSL and Unicode and zlib',
      'nethserver-migrate-nodejs: GPLv3+',
    ])
    expect(licences).toContain('nethserver-fax-migrate: GPLv3+')
  })

  it('carries the text of each of these licences', () => {
    const tree = withPlugins()
    expect(tree.rpm('-U', fileOf('nethserver-migrate-node'))).toBe('')
    const node = query(fileOf('nethserver-migrate-node'), '--licensefiles')
    expect(node).toEqual(['/usr/share/licenses/nethserver-migrate-node/LICENSE'])
    const command = query(fileOf('nethserver-migrate'), '--licensefiles')
    const ours = '/usr/share/licenses/nethserver-migrate/LICENSE'
    expect(command).toContain(ours)
    const bundled = command.filter((path) => path !== ours)
    expect(bundled.map((path) => /([^/]+)-[\d.]+\/[^/]+$/.exec(path)?.[1])).toEqual(BUNDLED)
    const withoutText = [...command, ...node].filter(
      (path) => !/copyright/i.test(readFileSync(join(tree.root, path), 'utf8')),
    )
    expect(withoutText).toEqual([])
  })

  it('is not made of a module with a licence that nobody has compared with ours', async () => {
    const dist = join(folder, 'dist')
    cpSync(DIST, dist, { recursive: true })
    const bundled = join(dist, 'bundled.json')
    const text = readFileSync(bundled, 'utf8')
    writeFileSync(bundled, text.replaceAll('"licence": "Apache-2.0"', '"licence": "SSPL-1.0"'))
    await expect(workspacePackages({ root: ROOT, dist, date: DATE })).rejects.toThrow(
      /^human-signals-[\d.]+ has the licence SSPL-1\.0: see whether it goes together with the GPL 3/,
    )
  })
})

describe('a host', () => {
  it('has exactly the links of the plugins that are installed, and runs them in their order', () => {
    const tree = withNode()
    const three = [
      'nethserver-ejabberd-migrate',
      'nethserver-fax-migrate',
      'nethserver-hosts-migrate',
    ]
    expect(tree.rpm('-U', ...three.map(fileOf))).toBe('')
    expect(tree.links('migration-import')).toEqual({
      'S50nethserver-ejabberd-migrate': ours('nethserver-ejabberd-migrate'),
      'S50nethserver-hosts-migrate': ours('nethserver-hosts-migrate'),
      'S60nethserver-fax-migrate-faxweb2': ours(
        'nethserver-fax-migrate',
        'nethserver-fax-migrate-faxweb2',
      ),
      'S70nethserver-fax-migrate': ours('nethserver-fax-migrate'),
    })
    renameSync(fixtureSource(), join(tree.root, 'source'))
    const { exitCode, log } = signalEvent(tree.root, 'migration-import', '/source')
    expect({
      exitCode,
      log: log.filter((line) => /^(Event|Action|\[ERROR|nethserver)/.test(line)),
    }).toEqual({
      exitCode: 0,
      log: [
        'Event: migration-import /source',
        `Action: ${EVENTS}/migration-import/S50nethserver-ejabberd-migrate SUCCESS`,
        `Action: ${EVENTS}/migration-import/S50nethserver-hosts-migrate SUCCESS`,
        `Action: ${EVENTS}/migration-import/S60nethserver-fax-migrate-faxweb2 SUCCESS`,
        `Action: ${EVENTS}/migration-import/S70nethserver-fax-migrate SUCCESS`,
        'Event: migration-import SUCCESS',
      ],
    })
  })

  it('gets a link with another plugin, loses it with the plugin, and leaves nothing behind', () => {
    const tree = withPlugins('nethserver-ejabberd-migrate')
    expect(tree.rpm('-U', fileOf('nethserver-hosts-migrate'))).toBe('')
    expect(Object.keys(tree.links('migration-import'))).toEqual([
      'S50nethserver-ejabberd-migrate',
      'S50nethserver-hosts-migrate',
    ])
    expect(tree.rpm('-e', 'nethserver-ejabberd-migrate')).toBe('')
    expect(Object.keys(tree.links('migration-import'))).toEqual(['S50nethserver-hosts-migrate'])
    expect(
      tree.rpm('-e', 'nethserver-hosts-migrate', 'nethserver-migrate', RUNTIME, 'nodejs'),
    ).toBe('')
    expect(tree.rpm('-qa', '--qf', '%{NAME}\n')).toBe('host\n')
    expect(filesNamed(tree, /migrat/)).toEqual([])
  })

  it('follows an update to the new level', () => {
    const tree = withPlugins('nethserver-ejabberd-migrate')
    expect(tree.rpm('-U', fileOf('nethserver-ejabberd-migrate 0.1.0'))).toBe('')
    expect(tree.links('migration-import')).toEqual({
      'S55nethserver-ejabberd-migrate': ours('nethserver-ejabberd-migrate'),
    })
  })

  it('refuses a plugin that was made for another API, and names it', () => {
    const tree = withPlugins('nethserver-ejabberd-migrate')
    expect(tree.rpm('-U', fileOf('nethserver-ejabberd-migrate 2.0.0'))).toBe(
      'error: Failed dependencies:\n' +
        '\tnethserver-migrate-api = 2 is needed by nethserver-ejabberd-migrate-2.0.0-1.unreleased.noarch\n' +
        'failed\n',
    )
    expect(tree.rpm('-q', 'nethserver-ejabberd-migrate')).toBe(
      'nethserver-ejabberd-migrate-0.0.0-1.unreleased.noarch\n',
    )
  })

  it('needs one of the two runtimes for the command, and one is enough', () => {
    const tree = nethserver()
    expect(tree.rpm('-U', fileOf('nethserver-migrate'))).toBe(
      'error: Failed dependencies:\n' +
        '\tnethserver-migrate-runtime >= 16.20 is needed by nethserver-migrate-0.0.0-1.unreleased.noarch\n' +
        'failed\n',
    )
    expect(tree.rpm('-U', fileOf('nethserver-migrate'), fileOf('nethserver-migrate-nodejs'))).toBe(
      'error: Failed dependencies:\n' +
        '\tnodejs >= 1:16.20 is needed by nethserver-migrate-nodejs-16.20-1.noarch\n' +
        'failed\n',
    )
    expect(
      tree.rpm('-U', ...['nodejs', 'nethserver-migrate', 'nethserver-migrate-nodejs'].map(fileOf)),
    ).toBe('')
  })
})

describe('nethserver-migrate plugins', () => {
  it('takes an archive for a source, and extracts it once', () => {
    const tree = withNode()
    expect(tree.rpm('-U', fileOf('nethserver-ejabberd 1.0'))).toBe('')
    writeTree(tree.root, { 'var/lib/nethserver/db/configuration': 'SystemName=new\n' })
    copyFileSync(SAMPLE_BACKUP, join(tree.root, 'backup.tgz'))
    const list = () => tree.run('nethserver-migrate', 'plugins', '--matching', '/backup.tgz')
    const first = list()
    const extracting = /^measuring backup\.tgz .*\nextracting backup\.tgz .*\n/m
    expect(first.output).toMatch(extracting)
    expect(first.output).toMatch(/^│ nethserver-ejabberd-migrate │ Instant messaging │/m)
    expect(list()).toEqual({ status: 0, output: first.output.replace(extracting, '') })
  })

  it('lists and installs exactly the plugins that match the host and the source', () => {
    const tree = withNode()
    const plugins = (...args: string[]) => tree.run('nethserver-migrate', 'plugins', ...args)
    const features = ['nethserver-ejabberd 1.0', 'nethserver-hylafax', 'nethserver-samba']
    expect(tree.rpm('-U', ...features.map(fileOf))).toBe('')
    writeTree(tree.root, {
      'var/lib/nethserver/db/configuration': 'SystemName=new\n',
      'source/home/e-smith/db/configuration':
        'ejabberd=service|status|enabled\nsogod=service|status|enabled\n',
      'source/home/e-smith/db/accounts': 'admin=system\n',
      'rpms/.keep': '',
    })
    for (const file of files.values()) copyFileSync(file, join(tree.root, 'rpms', basename(file)))
    const matching = (...args: string[]) =>
      JSON.parse(plugins('--matching', ...args, '--json').output) as unknown
    const ejabberd = {
      name: 'nethserver-ejabberd-migrate',
      title: 'Instant messaging',
      packages: ['nethserver-ejabberd'],
    }

    expect(matching()).toMatchObject({
      matching: [
        ejabberd,
        { name: 'nethserver-fax-migrate', packages: ['nethserver-hylafax'] },
        { name: 'nethserver-ibays-migrate', packages: ['nethserver-samba'] },
        { name: 'nethserver-samba-migrate', packages: ['nethserver-samba'] },
      ],
      missed: [],
    })
    expect(matching('/source')).toMatchObject({
      matching: [ejabberd],
      missed: [
        { name: 'nethserver-base-migrate' },
        { name: 'nethserver-hosts-migrate' },
        { name: 'nethserver-sogo-migrate', packages: ['nethserver-sogo'] },
      ],
    })
    expect(plugins('--matching', '/source', '--install', '/nowhere')).toEqual({
      status: 3,
      output:
        '[ERROR] NO_RPM_FOLDER: /nowhere is no folder with RPMs. name the folder that holds the RPMs of the plugins, or none to install them with yum\n',
    })
    expect(plugins('--install', '/rpms')).toEqual({
      status: 3,
      output:
        '[ERROR] RPM_MISSING: /rpms has no RPM of nethserver-ibays-migrate. copy it there and run the same command again\n',
    })
    rmSync(join(tree.root, 'rpms', basename(fileOf('nethserver-ejabberd-migrate 2.0.0'))))
    expect(plugins('--matching', '/source', '--install', '/rpms').status).toBe(0)
    expect(tree.rpm('-qa', 'nethserver-*-migrate')).toBe(
      'nethserver-ejabberd-migrate-0.1.0-1.unreleased.noarch\n',
    )
    expect(matching('/source')).toMatchObject({ matching: [{ ...ejabberd, installed: '0.1.0' }] })
    expect(plugins('--matching', '/source', '--install', '/rpms')).toEqual({
      status: 0,
      output: 'Every plugin that matches is installed: nethserver-ejabberd-migrate.\n',
    })
  })
})

it('installs exactly these with yum where no folder is given, and says when yum cannot', () => {
  const tree = withNode()
  expect(tree.rpm('-U', fileOf('nethserver-ejabberd 1.0'), fileOf('nethserver-samba'))).toBe('')
  expect(tree.rpm('-U', fileOf('nethserver-samba-migrate'))).toBe('')
  const install = (yum: string) => {
    writeTree(tree.root, { 'usr/bin/yum': { content: `#!/bin/sh\n${yum}\n`, mode: 0o755 } })
    return tree.run('nethserver-migrate', 'plugins', '--install')
  }
  const yum = 'yum -y install nethserver-ejabberd-migrate nethserver-ibays-migrate'
  expect(install('echo "yum $*"')).toEqual({ status: 0, output: `${yum}\n` })
  expect(install('exit 1')).toEqual({
    status: 3,
    output: `[ERROR] INSTALL_FAILED: ${yum} failed: nothing was installed. mend what it says above, then run the same command again\n`,
  })
})

describe('an older action of the host', () => {
  const PLUGIN = 'nethserver-ejabberd-migrate'
  const OURS = { [`S50${PLUGIN}`]: ours(PLUGIN) }
  const THEIRS = { [`S50${PLUGIN}`]: `../actions/${PLUGIN}` }
  const linksOf = (tree: RpmTree) => tree.links('migration-import')

  it('is not run while the plugin is installed, and comes back when it goes', () => {
    const tree = nethserver()
    expect(tree.rpm('-U', fileOf('nethserver-ejabberd 1.0'))).toBe('')
    expect(linksOf(tree)).toEqual(THEIRS)
    expect(tree.rpm('-U', ...command(PLUGIN))).toBe('')
    expect(linksOf(tree)).toEqual(OURS)
    expect(tree.rpm('-e', PLUGIN)).toBe('')
    expect(linksOf(tree)).toEqual(THEIRS)
    expect(signalEvent(tree.root, 'migration-import', '/source').log).toContain(
      'nethserver-ejabberd-migrate of nethserver-ejabberd 1.0',
    )
    expect(filesNamed(tree, /set-aside\/./)).toEqual([])
  })

  it('stays aside when its package comes later, is updated or moves its link', () => {
    const tree = withPlugins(PLUGIN)
    for (const version of ['1.0', '1.1', '1.2']) {
      expect(tree.rpm('-U', fileOf(`nethserver-ejabberd ${version}`))).toBe('')
      expect(linksOf(tree)).toEqual(OURS)
    }
    expect(tree.rpm('-e', PLUGIN)).toBe('')
    expect(linksOf(tree)).toEqual({ [`S60${PLUGIN}`]: `../actions/${PLUGIN}` })
  })

  it('does not come back when its package has it no more', () => {
    const tree = withPlugins(PLUGIN)
    for (const version of ['1.0', '1.3'])
      expect(tree.rpm('-U', fileOf(`nethserver-ejabberd ${version}`))).toBe('')
    expect(linksOf(tree)).toEqual(OURS)
    expect(tree.rpm('-e', PLUGIN)).toBe('')
    expect(linksOf(tree)).toEqual({})
  })

  it('takes nothing of the plugin with it when its package goes, alone or with the plugin', () => {
    const tree = withPlugins(PLUGIN)
    expect(tree.rpm('-U', fileOf('nethserver-ejabberd 1.0'))).toBe('')
    expect(tree.rpm('-e', 'nethserver-ejabberd')).toBe('')
    expect(linksOf(tree)).toEqual(OURS)
    expect(tree.rpm('-U', fileOf('nethserver-ejabberd 1.0'))).toBe('')
    expect(tree.rpm('-e', 'nethserver-ejabberd', PLUGIN)).toBe('')
    expect(linksOf(tree)).toEqual({})
    expect(filesNamed(tree, /set-aside\/./)).toEqual([])
  })

  it('of another name that does the same work is not run either', () => {
    const tree = withPlugins('nethserver-fax-migrate')
    const links = linksOf(tree)
    expect(tree.rpm('-U', fileOf('nethserver-hylafax'))).toBe('')
    expect(linksOf(tree)).toEqual(links)
    expect(tree.rpm('-e', 'nethserver-fax-migrate')).toBe('')
    expect(linksOf(tree)).toEqual({
      'S70nethserver-hylafax-migrate': '../actions/nethserver-hylafax-migrate',
    })
  })

  it('and a service that both adjust leave the mark of the host as it is', () => {
    const tree = nethserver()
    const marks = () => tree.run('ls', `${EVENTS}/migration-import/services2adjust`).output
    const mark = () => tree.run('readlink', `${EVENTS}/migration-import/services2adjust/smb`).output
    expect(tree.rpm('-U', fileOf('nethserver-samba'))).toBe('')
    expect(tree.rpm('-U', ...command('nethserver-samba-migrate'))).toBe('')
    expect([marks(), mark()]).toEqual(['nmb\nsmb\nwinbind\n', 'restart\n'])
    expect(tree.rpm('-e', 'nethserver-samba-migrate')).toBe('')
    expect([marks(), mark()]).toEqual(['smb\n', 'restart\n'])
  })
})

describe('the launcher', () => {
  it('takes the Node that is carried, else the first one that is new enough', () => {
    const tree = withPlugins()
    const script = (version: string, name: string) =>
      `[ "$1" = --version ] && echo ${version} || echo ${name} "$@"`
    const launch = () => tree.run('nethserver-migrate', 'import', '/the source')
    const started = (name: string) => ({
      status: 0,
      output: `${name} --max-semi-space-size=2 /usr/lib/nethserver-migrate/nethserver-migrate.mjs import /the source\n`,
    })
    expect(launch()).toEqual({ status: 3, output: NO_NODE })
    addScript(tree.root, '/bin/node', script('v16.19.1', 'too old'))
    expect(launch()).toEqual({ status: 3, output: NO_NODE })
    addScript(tree.root, '/usr/local/bin/node', script('v18.0.0', 'the host’s'))
    expect(launch()).toEqual(started('the host’s'))
    addScript(tree.root, '/usr/lib/nethserver-migrate/node/bin/node', script('', 'carried'))
    expect(launch()).toEqual(started('carried'))
  })

  it('has limits of memory for the command, not for a linked action nor for what they run', () => {
    const tree = withPlugins()
    addScript(
      tree.root,
      '/usr/lib/nethserver-migrate/node/bin/node',
      'echo "$MALLOC_ARENA_MAX" "$@"',
    )
    const command = '/usr/lib/nethserver-migrate/nethserver-migrate.mjs'
    expect(tree.run('nethserver-migrate', 'run-action', 'an-action').output).toBe(
      `1 ${command} run-action an-action\n`,
    )
    expect(tree.run('nethserver-migrate', 'check', '/the source').output).toBe(
      `1 --max-semi-space-size=2 ${command} check /the source\n`,
    )
  })
})

function found(name: string): RpmPackage {
  const rpm = all.find((one) => one.name === name)
  if (!rpm) throw new Error(`no package ${name}`)
  return rpm
}

async function build(...packages: RpmPackage[]): Promise<void> {
  const built = await buildRpms(packages, { out: folder, compression: 1 })
  for (const [index, { name, version }] of packages.entries()) {
    const file = built[index] ?? ''
    if (!files.has(name)) files.set(name, file)
    files.set(`${name} ${version}`, file)
  }
}

function fileOf(name: string): string {
  return files.get(name) ?? ''
}

function query(file: string | string[], what: string): string[] {
  return execaSync('rpm', [
    '--define',
    `_dbpath ${folder}`,
    '-qp',
    what,
    ...[file].flat(),
  ]).stdout.split('\n')
}

/** The action of a plugin, where a link of ours leads. */
function ours(plugin: string, action = plugin): string {
  return `/usr/lib/nethserver-migrate/createlinks/${plugin}${EVENTS}/actions/${action}`
}

/** The same plugin with its main action at another level. */
function atLevel(level: number, { name, stage }: RpmPackage): RpmPackage['stage'] {
  return (to) => {
    stage(to)
    const event = join(
      to,
      `/usr/lib/nethserver-migrate/createlinks/${name}${EVENTS}/migration-import`,
    )
    renameSync(join(event, `S50${name}`), join(event, `S${level}${name}`))
  }
}

function dummy(name: string, version: string, more: Partial<RpmPackage> = {}): RpmPackage {
  return {
    ...{ name, version, release: '1', summary: name, description: name, licence: 'GPLv3+' },
    ...{ architecture: 'noarch', requires: [], folders: [], changelog: [], date: DATE },
    stage: () => undefined,
    ...more,
  }
}

/** A package of the host as it comes with older actions: link prefix → action. */
function feature(
  name: string,
  version: string,
  links: Record<string, string>,
  services: readonly string[] = [],
): RpmPackage {
  return dummy(name, version, {
    stage: (to) => {
      const event = join(to, EVENTS, 'migration-import')
      mkdirSync(join(event, 'services2adjust'), { recursive: true })
      mkdirSync(join(to, EVENTS, 'actions'))
      for (const [prefix, action] of Object.entries(links)) {
        const program = join(to, EVENTS, 'actions', action)
        writeFileSync(program, `#!/bin/sh\necho ${action} of ${name} ${version}\n`)
        chmodSync(program, 0o755)
        symlinkSync(`../actions/${action}`, join(event, `${prefix}${action}`))
      }
      for (const service of services)
        symlinkSync('restart', join(event, 'services2adjust', service))
    },
  })
}

/** The files for the command and plugins of it. */
function command(...plugins: string[]): string[] {
  return ['nodejs', 'nethserver-migrate', RUNTIME, ...plugins].map(fileOf)
}

/** A host with the command and the Node of the other package, which really runs it. */
function withNode(): RpmTree {
  const tree = nethserver()
  addPrograms(tree.root)
  addLibraries(tree.root, node16)
  expect(tree.rpm('-U', fileOf('nethserver-migrate'), fileOf('nethserver-migrate-node'))).toBe('')
  return tree
}

/** A host with the command (without a Node that would take its time) and plugins. */
function withPlugins(...plugins: string[]): RpmTree {
  const tree = nethserver()
  expect(tree.rpm('-U', ...command(...plugins))).toBe('')
  return tree
}

function filesNamed({ root }: RpmTree, pattern: RegExp): string[] {
  const { stdout } = execaSync('find', [
    root,
    '-path',
    join(root, 'var/lib/rpm'),
    '-prune',
    '-o',
    '-print',
  ])
  return stdout
    .split('\n')
    .map((path) => path.slice(root.length))
    .filter((path) => pattern.test(path))
}

/** A NethServer 7 with nothing on it but what the RPMs require. */
function nethserver(): RpmTree {
  const tree = rpmTree()
  for (const event of ['nethserver-ejabberd-update', 'nethserver-hosts-update'])
    mkdirSync(join(tree.root, EVENTS, event), { recursive: true })
  addScript(tree.root, '/sbin/signal-event', 'echo "$@" >> /signalled')
  addScript(tree.root, '/bin/getent', 'exit 2')
  const databases = join(tree.root, 'var/lib/nethserver/db')
  mkdirSync(databases, { recursive: true })
  for (const [name, text] of Object.entries({
    accounts: '',
    domains: '',
    configuration: 'ejabberd=service|status|disabled\n',
    hosts: '',
    networks: '',
  }))
    writeFileSync(join(databases, name), text)
  expect(tree.rpm('-U', fileOf('host'))).toBe('')
  return tree
}
