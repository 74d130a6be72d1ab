// Installs what a fresh machine lacks: Debian packages, then the workspace's own. Every npm script
// runs it first, so it uses nothing but Node and is silent when there is nothing to do.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { workspaceFolders } from './workspace.mjs'

/** Programs that the tests and the command call, with the Debian package of each. */
const PROGRAMS = {
  'ansible-playbook': 'ansible-core',
  busybox: 'busybox-static',
  bzip2: 'bzip2',
  chromium: 'chromium',
  createrepo_c: 'createrepo-c',
  dovecot: 'dovecot-imapd',
  flock: 'util-linux',
  groff: 'groff-base',
  gzip: 'gzip',
  ip: 'iproute2',
  'mariadb-install-db': 'mariadb-server-core',
  mariadbd: 'mariadb-server-core',
  mysql: 'mariadb-client-core',
  mysqldump: 'mariadb-client',
  openssl: 'openssl',
  perl: 'perl',
  rpm: 'rpm',
  rpmbuild: 'rpm',
  rsync: 'rsync',
  setfacl: 'acl',
  'ssh-keygen': 'openssh-client',
  sshd: 'openssh-server',
  tar: 'tar',
  tdbtool: 'tdb-tools',
  xz: 'xz-utils',
  zsh: 'zsh',
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const stamp = join(root, 'node_modules/.setup-stamp')
/** What pnpm says it has installed: it changes when a person runs pnpm without this program. */
const installed = 'node_modules/.pnpm/lock.yaml'

installPrograms()
installWorkspace()

function installPrograms() {
  const missing = Object.entries(PROGRAMS).filter(([program]) => !isOnPath(program))
  if (missing.length === 0) return
  const packages = [...new Set(missing.map(([, name]) => name))]
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) {
    const programs = missing.map(([program]) => program).join(', ')
    say(`missing ${programs}: install ${packages.join(', ')} (tests that need them will fail)`)
    return
  }
  say(`installing Debian packages: ${packages.join(', ')}`)
  run('apt-get', ['-qq', '-o', 'Acquire::Retries=3', 'update'])
  run('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', ...packages])
}

function installWorkspace() {
  const manifests = ['.', ...workspaceFolders(root)].map((folder) => join(folder, 'package.json'))
  const inputs = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', installed, ...manifests]
  if (manifests.every(hasModules) && isStamped(stateOf(inputs))) return
  say('installing workspace packages')
  const { packageManager } = readManifest('package.json')
  // Started outside of the tree: the pnpm in node_modules could not replace itself.
  const pnpm = ['--yes', '--prefer-offline', packageManager, '--dir', root]
  run('npx', [...pnpm, 'install', '--frozen-lockfile', '--prefer-offline'], tmpdir())
  writeFileSync(stamp, stateOf(inputs))
}

/** @param {string} state */
function isStamped(state) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === state
}

/** @param {string} manifest */
function hasModules(manifest) {
  const { dependencies, devDependencies } = readManifest(manifest)
  const isNeeded = Object.keys({ ...dependencies, ...devDependencies }).length > 0
  return !isNeeded || existsSync(join(root, dirname(manifest), 'node_modules'))
}

/** @param {string[]} paths */
function stateOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths.filter((path) => existsSync(join(root, path)))) {
    hash.update(`${path}\n`).update(readFileSync(join(root, path)))
  }
  return hash.digest('hex')
}

/** @typedef {{ packageManager: string, dependencies?: object, devDependencies?: object }} Manifest */

/** @param {string} path */
function readManifest(path) {
  return /** @type {Manifest} */ (JSON.parse(readFileSync(join(root, path), 'utf8')))
}

/** @param {string} program */
function isOnPath(program) {
  // Where servers are is not on the search path of an ordinary user.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  return folders.some((folder) => existsSync(join(folder, program)))
}

/**
 * Quiet while it works; a command that fails shows all it said and ends the set-up.
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
function run(command, args, cwd = root) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: Infinity,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (status === 0) return
  process.stderr.write(error ? `${error.message}\n` : stdout + stderr)
  say(`failed: ${command} ${args.join(' ')}`)
  process.exit(1)
}

/** @param {string} text */
function say(text) {
  console.log(`setup: ${text}`)
}
