// What each RPM consists of.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { toBytes, writeCreatelinks, type Plugin } from '@nethserver-migrate/core/runner'
import { node16 } from '@nethserver-migrate/node16'
import type { BundledPackage } from '../../build/bundled-packages.js'
import { readChangelog, waitingChanges, type ChangelogEntry } from './changelog.js'
import { LICENCES, licenceTag, OUR_LICENCE, packagesIn, termsOf } from './licences.js'
import type { RpmPackage } from './spec.js'

// Where the shells look by themselves.
const BASH_COMPLETIONS = '/usr/share/bash-completion/completions'
const ZSH_COMPLETIONS = '/usr/share/zsh/site-functions'
/** Where everything but the launcher and the documentation lies on a host. */
const HOME = '/usr/lib/nethserver-migrate'
const EVENTS = '/etc/e-smith/events'

/** Either Node provides it: see {@link runtimePackages}. */
const RUNTIME = 'nethserver-migrate-runtime'
const NODE_NEEDED = '16.20'

/** By this date of its files event-links tells its own markers from those of other packages. */
const MARK_DATE = new Date('2000-01-01T00:00:00Z')

/** Of Node and all that its build contains: its LICENSE has the texts. */
const LICENCE_OF_NODE = 'MIT and ASL 2.0 and BSD and ISC and OpenSSL and Unicode and zlib'

export interface Workspace {
  /** Where package.json, .changeset/ and packages/ are. */
  readonly root: string
  /** What `npm run build` made. */
  readonly dist: string
  /** The date of what was not released yet, in seconds. */
  readonly date: number
}

/** All RPMs that the workspace makes: the command, its runtimes, and one for each plugin. */
export async function workspacePackages(workspace: Workspace): Promise<RpmPackage[]> {
  const waiting = await waitingChanges(workspace.root)
  const plugins = readdirSync(join(workspace.dist, 'plugins')).map((file) => file.slice(0, -4))
  return [
    await commandPackage(workspace, waiting),
    ...runtimePackages(),
    ...(await Promise.all(plugins.sort().map((name) => pluginPackage(workspace, name, waiting)))),
  ]
}

async function commandPackage(
  workspace: Workspace,
  waiting: ReadonlyMap<string, string[]>,
): Promise<RpmPackage> {
  const { root, dist } = workspace
  const folder = join(root, 'apps/nethserver-migrate')
  const api = await pluginApi(dist)
  const bundles = ['nethserver-migrate', 'command', 'linked-action', 'catalogue'].map(
    (name) => `${name}.mjs`,
  )
  const bundled = packagesIn(dist, bundles)
  return {
    ...releaseOf(workspace, folder, waiting),
    summary: 'Moves an SME Server backup onto a NethServer',
    description: `Carries what an SME Server (or NethService) backup holds over to this NethServer: accounts,
mail, shared folders, databases and settings. Each feature has a plugin in a package of its own.`,
    licence: licenceTag(bundled),
    architecture: 'noarch',
    requires: [`${RUNTIME} >= ${NODE_NEEDED}`, 'acl', 'coreutils', 'rsync', 'tar', 'util-linux'],
    provides: [`nethserver-migrate-api = ${api}`],
    folders: [
      `${HOME}/plugins`,
      `${HOME}/createlinks`,
      `${EVENTS}/migration-import`,
      '/var/lib/nethserver-migrate/set-aside',
    ],
    stage: (to) => {
      const file = (name: string) => fileURLToPath(new URL(`../files/${name}`, import.meta.url))
      put(to, '/usr/bin/nethserver-migrate', file('nethserver-migrate'), 0o755)
      put(to, `${HOME}/event-links`, file('event-links'), 0o755)
      for (const name of bundles) put(to, `${HOME}/${name}`, join(dist, name))
      putFolder(to, '/usr/share/man/man8', join(dist, 'man'))
      put(to, `${BASH_COMPLETIONS}/nethserver-migrate`, join(dist, 'completions/bash'))
      put(to, `${ZSH_COMPLETIONS}/_nethserver-migrate`, join(dist, 'completions/zsh'))
      putDocs(to, 'nethserver-migrate', root, folder)
      putTerms(to, 'nethserver-migrate', root, bundled)
    },
  }
}

/**
 * What provides Node. rpm before 4.13 knows no "or" between requirements, so the command requires
 * one name that two packages provide: one carries a Node, the other asks for the host's own. That
 * the one that carries it should itself provide `nodejs` would mislead every other package that
 * requires nodejs, since its Node is not on the search path.
 */
export function runtimePackages(): RpmPackage[] {
  const common = {
    version: nodeVersion(),
    release: '1',
    folders: [],
    changelog: [{ version: nodeVersion(), day: '2023-08-09', changes: [`Node ${nodeVersion()}`] }],
    date: Date.parse('2023-08-09T00:00:00Z') / 1000,
  }
  return [
    {
      ...common,
      name: 'nethserver-migrate-node',
      summary: 'A Node for nethserver-migrate alone',
      description: `Node ${nodeVersion()}, for hosts that have no nodejs of that age or no network. It is not on the
search path: no other program finds it.`,
      licence: LICENCE_OF_NODE,
      architecture: 'x86_64',
      // The build of nodejs.org: of the libraries that CentOS 7 has, and CentOS 6 has not.
      requires: ['glibc >= 2.17', 'libgcc', 'libstdc++ >= 4.8'],
      provides: [`${RUNTIME} = ${nodeVersion()}`],
      folders: [HOME, `${HOME}/node`, `${HOME}/node/bin`],
      stage: (to) => {
        put(to, `${HOME}/node/bin/node`, node16, 0o755)
        const licence = join(dirname(node16), '../LICENSE')
        put(to, `${LICENCES}/nethserver-migrate-node/LICENSE`, licence)
      },
    },
    {
      ...common,
      name: 'nethserver-migrate-nodejs',
      version: NODE_NEEDED,
      summary: "Lets nethserver-migrate use the host's own nodejs",
      description: `An empty package: in place of nethserver-migrate-node it says that the nodejs of this host is
the one to use.`,
      licence: OUR_LICENCE,
      architecture: 'noarch',
      // The epoch of EPEL. Without it any version of theirs would do: the launcher looks as well.
      requires: [`nodejs >= 1:${NODE_NEEDED}`],
      provides: [`${RUNTIME} = ${NODE_NEEDED}`],
      changelog: [
        { version: NODE_NEEDED, day: '2023-08-09', changes: ["Use the host's own nodejs"] },
      ],
      stage: () => undefined,
    },
  ]
}

async function pluginPackage(
  workspace: Workspace,
  name: string,
  waiting: ReadonlyMap<string, string[]>,
): Promise<RpmPackage> {
  const { root, dist } = workspace
  const folder = join(root, 'packages', name)
  const bundle = `plugins/${name}.mjs`
  const bundled = packagesIn(dist, [bundle])
  const { default: plugin } = (await import(pathToFileURL(join(dist, bundle)).href)) as {
    default: Plugin
  }
  const { feature, createlinks, api, replaces = {} } = plugin
  const tree = `${HOME}/createlinks/${name}`
  const hostPackages = [...new Set([...feature.packages, ...Object.keys(replaces)])].sort()
  const isLinked = Object.keys(createlinks).length > 0
  return {
    ...releaseOf(workspace, folder, waiting),
    summary: `${feature.title}: from an SME Server backup onto this NethServer`,
    description: `A plugin of nethserver-migrate for ${hostPackages.join(', ')}.
What it migrates, and what not, is told in /usr/share/doc/${name}/README.md.`,
    licence: licenceTag(bundled),
    architecture: 'noarch',
    requires: [`nethserver-migrate-api = ${api}`],
    ...(isLinked
      ? {
          scriptletsRequire: [`nethserver-migrate-api = ${api}`],
          scriptlets: linkScriptlets(name, hostPackages),
        }
      : {}),
    folders: eventFolders(createlinks),
    stage: (to) => {
      put(to, `${HOME}/plugins/${name}.mjs`, join(dist, bundle))
      putDocs(to, name, folder, folder)
      putTerms(to, name, root, bundled)
      if (!isLinked) return
      writeCreatelinks(createlinks, toBytes(join(to, tree)))
      const older = Object.values(replaces).flat()
      write(to, `${tree}/replaces`, [...new Set(older)].map((action) => `${action}\n`).join(''))
      for (const [event, { templates2expand = [], services2adjust = {} }] of Object.entries(
        createlinks,
      ))
        for (const mark of [
          ...templates2expand.map((template) => `templates2expand${template}`),
          ...Object.keys(services2adjust).map((service) => `services2adjust/${service}`),
        ])
          utimesSync(join(to, tree, EVENTS, event, mark), MARK_DATE, MARK_DATE)
    },
  }
}

/**
 * The links are no files of the package: a package of the host may own one of the same name. They
 * are made again whenever such a package comes, is updated (which brings its own link back) or goes
 * (which takes ours with it).
 */
function linkScriptlets(name: string, hostPackages: readonly string[]): string {
  const links = `${HOME}/event-links`
  return `%posttrans
# Now the files of the version before this one are gone.
${links} make ${name}

%preun
if [ "$1" -eq 0 ]; then
  ${links} remove ${name}
fi

%triggerin -- ${hostPackages.join(', ')}
${links} make ${name}

%triggerpostun -- ${hostPackages.join(', ')}
# Nothing when this package goes in the same transaction.
if [ "$1" -gt 0 ]; then
  ${links} make ${name}
fi
`
}

/** The folders of events that the scriptlets fill: they go with the last package that has them. */
function eventFolders(createlinks: Plugin['createlinks']): string[] {
  return Object.entries(createlinks).flatMap(([event, links]) => [
    `${EVENTS}/${event}`,
    ...(['templates2expand', 'services2adjust'] as const)
      .filter((kind) => links[kind] !== undefined)
      .map((kind) => `${EVENTS}/${event}/${kind}`),
  ])
}

type Release = Pick<RpmPackage, 'name' | 'version' | 'release' | 'changelog' | 'date'>

/** Version and changelog of a package of the workspace, with what waits for its next release. */
function releaseOf(
  { date }: Workspace,
  folder: string,
  waiting: ReadonlyMap<string, string[]>,
): Release {
  const manifest = readFileSync(join(folder, 'package.json'), 'utf8')
  const { name, version } = JSON.parse(manifest) as { name: string; version: string }
  if (!/^\d+\.\d+\.\d+$/.test(version))
    throw new Error(`${name} has the version ${version}: an RPM can have three numbers only`)
  const released = readChangelog(folder)
  const changes = waiting.get(name) ?? []
  const unreleased: ChangelogEntry = { version, day: undefined, changes }
  const day = released[0]?.day
  return changes.length > 0 || day === undefined
    ? { name, version, release: '1.unreleased', changelog: [unreleased, ...released], date }
    : { name, version, release: '1', changelog: released, date: Date.parse(day) / 1000 }
}

async function pluginApi(dist: string): Promise<number> {
  const catalogue = join(dist, 'catalogue.mjs')
  const { default: plugins } = (await import(pathToFileURL(catalogue).href)) as {
    default: readonly Pick<Plugin, 'api'>[]
  }
  const apis = new Set(plugins.map(({ api }) => api))
  const [api] = apis
  if (api === undefined || apis.size > 1)
    throw new Error(`the plugins in ${dist} are not of one API: run npm run build`)
  return api
}

function nodeVersion(): string {
  const manifest = readFileSync(join(dirname(node16), '../package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version.replace(/^v/, '')
}

/** README and changelog of a package; before its first release it has no changelog. */
function putDocs(to: string, name: string, readme: string, changelog: string): void {
  for (const file of [join(readme, 'README.md'), join(changelog, 'CHANGELOG.md')].filter((path) =>
    existsSync(path),
  ))
    put(to, `/usr/share/doc/${name}/${basename(file)}`, file)
}

/** Our licence, and those of what a bundle contains. */
function putTerms(
  to: string,
  name: string,
  root: string,
  bundled: readonly BundledPackage[],
): void {
  put(to, `${LICENCES}/${name}/LICENSE`, join(root, 'LICENSE'))
  for (const [path, text] of termsOf(name, bundled)) write(to, path, text)
}

/** Nothing when the build has not made the folder. */
function putFolder(to: string, path: string, from: string): void {
  if (!existsSync(from)) return
  for (const name of readdirSync(from)) put(to, `${path}/${name}`, join(from, name))
}

function put(to: string, path: string, from: string, mode = 0o644): void {
  mkdirSync(join(to, dirname(path)), { recursive: true })
  copyFileSync(from, join(to, path))
  chmodSync(join(to, path), mode)
}

function write(to: string, path: string, text: string): void {
  mkdirSync(join(to, dirname(path)), { recursive: true })
  writeFileSync(join(to, path), text)
}
