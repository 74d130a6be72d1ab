import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { temporaryFolder } from '@nethserver-migrate/testkit'

const TREE_PATH = '/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/bin'
/** Debian's rpm warns of itself, and has its database elsewhere. */
const AS_ON_CENTOS = [
  ...(existsSync('/etc/debian_version') ? ['--force-debian'] : []),
  ...['--define', '_dbpath /var/lib/rpm'],
]
const EVENTS = 'etc/e-smith/events'

/** Why RPMs cannot be installed in a tree here, if so. */
export function whyNoRpmTree(): string | undefined {
  if (process.getuid?.() !== 0) return 'rpm --root needs root'
  const missing = ['rpm', 'rpmbuild', 'busybox', 'chroot', 'ldd'].find(
    (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0,
  )
  return missing && `${missing} is not installed`
}

export interface RpmTree {
  readonly root: string
  /** Runs `rpm --root` and returns what it said; a failure says so. */
  rpm(...args: string[]): string
  /** Runs a program of the tree in the tree. */
  run(...command: string[]): { status: number | null; output: string }
  /** The entries of an event: link → where it leads. */
  links(event: string): Record<string, string>
  has(path: string): boolean
}

/** A system small enough to be made for each test: busybox, and a database of RPMs of its own. */
export function rpmTree(): RpmTree {
  const root = temporaryFolder()
  for (const folder of ['bin', 'dev', 'etc', 'proc', 'root', 'sbin', 'tmp', 'usr/bin', 'usr/sbin'])
    mkdirSync(join(root, folder), { recursive: true })
  copyProgram(root, which('busybox'), '/bin/busybox')
  writeFileSync(join(root, 'dev/null'), '')
  const run = (...command: string[]) => {
    const { status, stdout, stderr } = spawnSync('chroot', [root, ...command], {
      encoding: 'utf8',
      env: { PATH: TREE_PATH, LANG: 'C' },
    })
    return { status, output: stdout + stderr }
  }
  run('/bin/busybox', '--install', '-s', '/bin')
  return {
    root,
    run,
    rpm(...args) {
      const { status, stdout, stderr } = spawnSync(
        'rpm',
        [...AS_ON_CENTOS, '--root', root, ...args],
        {
          encoding: 'utf8',
          env: { PATH: process.env['PATH'], LC_ALL: 'C' },
        },
      )
      return stdout + stderr + (status === 0 ? '' : 'failed\n')
    },
    links(event) {
      const folder = join(root, EVENTS, event)
      const names = existsSync(folder) ? readdirSync(folder).sort() : []
      return Object.fromEntries(
        names
          .filter((name) => name.startsWith('S'))
          .map((name) => [name, readlinkSync(join(folder, name))]),
      )
    },
    has: (path) => existsSync(join(root, path)),
  }
}

/** A program of this machine, with the libraries it needs. */
function copyProgram(root: string, from: string, to: string): void {
  copy(from, join(root, to))
  addLibraries(root, from)
}

/** The libraries that a program needs: of this machine, in place of the host's own. */
export function addLibraries(root: string, program: string): void {
  const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' })
  for (const [, library] of stdout.matchAll(/(\/\S+) \(0x/g))
    if (library !== undefined) copy(realpathSync(library), join(root, library))
}

/** What busybox has not, or not as the command needs it: the programs of this machine. */
export function addPrograms(root: string): void {
  for (const program of ['df', 'flock', 'gzip', 'rpm', 'tar']) {
    rmSync(join(root, 'bin', program), { force: true })
    copyProgram(root, which(program), `/usr/bin/${program}`)
  }
  copy('/usr/lib/rpm/rpmrc', join(root, 'usr/lib/rpm/rpmrc'))
  const macros = readFileSync('/usr/lib/rpm/macros', 'utf8')
  writeFileSync(
    join(root, 'usr/lib/rpm/macros'),
    macros.replace(/^%_dbpath.*$/m, '%_dbpath /var/lib/rpm'),
  )
  cpSync('/usr/lib/rpm/platform', join(root, 'usr/lib/rpm/platform'), { recursive: true })
}

/** A script of the tree. */
export function addScript(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), `#!/bin/sh\n${text}\n`)
  chmodSync(join(root, path), 0o755)
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  copyFileSync(from, to)
}

function which(program: string): string {
  return realpathSync(
    spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim(),
  )
}
