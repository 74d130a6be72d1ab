// What can go wrong on the way, as the person at the shell meets it: what is said, the exit code,
// and what the same command does once the cause is mended. docs/what-happens-if.md
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { temporaryFolder } from '@nethserver-migrate/testkit'
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest'
import {
  COMMAND,
  command,
  expectImported,
  expectSuccess,
  node,
  SAMPLE_BACKUP,
  type Run,
} from './helpers/command.js'
import { databaseTexts, DATABASES, MIGRATION } from './helpers/tree.js'

const isRoot = process.getuid?.() === 0
/** An account that owns nothing else. */
const NOBODY = 65534

/** The sample backup, extracted: an archive would be read once and be done with. */
function extracted(): string {
  const folder = temporaryFolder()
  execFileSync('tar', ['xzf', SAMPLE_BACKUP, '-C', folder, '--numeric-owner'])
  return folder
}

async function staged(root = join(temporaryFolder(), 'new')): Promise<string> {
  expectSuccess(await command('stage', root))
  return root
}

const errorsIn = ({ stdout, stderr }: Run) =>
  `${stdout}\n${stderr}`
    .split('\n')
    .filter((line) => line.startsWith('[ERROR]') && !line.includes('getmail/1 Password'))

/** The databases after an import that nothing has gone wrong with. */
let databases: Promise<Record<string, string>> | undefined

function undisturbed() {
  return (databases ??= (async () => {
    const root = await staged()
    expectImported(await command('import', extracted(), '--root', root))
    return databaseTexts(join(root, DATABASES))
  })())
}

describe('a full disk', () => {
  /** A destination with so many KiB left, and how to make more room. */
  async function crowded(context: TestContext, free: number) {
    const folder = temporaryFolder()
    const mount = (options: string) =>
      execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'none', folder], { stdio: 'ignore' })
    try {
      mount('size=64m')
    } catch {
      context.skip('no filesystem can be mounted here')
    }
    onTestFinished(() => void execFileSync('umount', [folder]))
    const root = await staged(join(folder, 'new'))
    const used = Number(
      execFileSync('df', ['-k', '--output=used', folder], { encoding: 'utf8' }).split('\n')[1],
    )
    mount(`remount,size=${used + free}k`)
    return { root, makeRoom: () => mount('remount,size=64m') }
  }

  it.for([2000, 600, 200, 40])(
    'with %i KiB left stops the import or leaves out what has no room; the same command completes it',
    { timeout: 60_000 },
    async (free, context) => {
      const { root, makeRoom } = await crowded(context, free)
      const source = extracted()
      const args = ['import', source, '--root', root]
      // The check tells of it before; this is what an import does whose disk fills on the way.
      const full = await command(...args, '--accept', 'disk-space')
      expect(full.exitCode).toBe(1)
      const errors = errorsIn(full)
      expect(errors.length).toBeGreaterThan(0)
      for (const error of errors) {
        expect(error).toMatch(/no space left on device/i)
        expect(error).toMatch(/run the same command again/)
      }
      expect(full.stderr).not.toMatch(/^ +at /m)

      makeRoom()
      const second = await command(...args)
      expectImported(second)
      expect(errorsIn(second)).toEqual([])
      expect(databaseTexts(join(root, DATABASES))).toEqual(await undisturbed())
    },
  )
})

describe('a person without rights', () => {
  /** Runs the command as somebody who is not root, with a source and a destination of their own. */
  async function bed() {
    const folder = temporaryFolder()
    cpSync(dirname(COMMAND), join(folder, 'dist'), { recursive: true })
    const [source, root] = [extracted(), await staged()]
    const id = isRoot ? NOBODY : (process.getuid?.() ?? 0)
    for (const path of [folder, source, dirname(root)]) {
      chmodSync(path, 0o755)
      if (isRoot) execFileSync('chown', ['-hR', `${id}:${id}`, path])
    }
    // Without root a folder that its owner may not write cannot be moved.
    chmodSync(join(source, 'home/e-smith/files/users/mrossi/home/locked'), 0o755)
    const args = [join(folder, 'dist/nethserver-migrate.mjs'), 'import', source, '--root', root]
    const asThem = (...more: string[]) =>
      isRoot
        ? node(
            [
              ...[`--reuid=${id}`, `--regid=${id}`, '--clear-groups', process.execPath],
              ...args,
              ...more,
            ],
            {},
            'setpriv',
          )
        : node([...args, ...more])
    return { source, root, asThem }
  }

  it('is told which file cannot be read; the rest is migrated, and the file once it can be', async () => {
    const { source, root, asThem } = await bed()
    const file = join(source, 'home/e-smith/files/users/mrossi/home/lettera.txt')
    const migrated = join(root, 'var/lib/nethserver/home/mrossi/lettera.txt')
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, 'Cara')
    if (isRoot) execFileSync('chown', [`${NOBODY}:${NOBODY}`, file])
    chmodSync(file, 0)
    const first = await asThem('--transfer', 'copy')
    expect(first.exitCode).toBe(1)
    expect(errorsIn(first)).toEqual([
      expect.stringMatching(
        /users\/mrossi\/home could not be copied: rsync: .*lettera\.txt.*Permission denied.*run the same command again/,
      ),
    ])
    expect(existsSync(migrated)).toBe(false)

    chmodSync(file, 0o644)
    const second = await asThem('--transfer', 'copy')
    expect(errorsIn(second)).toEqual([])
    expect(readFileSync(migrated, 'utf8')).toBe('Cara')
  }, 60_000)

  it('is told which folder cannot be written; its files stay, and follow once it can be', async () => {
    const { source, root, asThem } = await bed()
    const mail = join(root, 'var/lib/nethserver/vmail')
    mkdirSync(mail, { recursive: true })
    if (isRoot) execFileSync('chown', [`${NOBODY}:${NOBODY}`, mail])
    chmodSync(mail, 0o555)
    const mailbox = join(source, 'home/e-smith/files/users/mrossi/Maildir/cur')
    expect((await asThem()).exitCode).toBe(1)
    const first = await asThem()
    expect(first.exitCode).toBe(1)
    expect(errorsIn(first).length).toBeGreaterThan(0)
    for (const error of errorsIn(first))
      expect(error).toMatch(/EACCES: permission denied.*see who may read and write there/)
    expect(statSync(mailbox).isDirectory()).toBe(true)

    chmodSync(mail, 0o755)
    const second = await asThem()
    expect(errorsIn(second)).toEqual([])
    expect(existsSync(mailbox)).toBe(false)
  }, 60_000)
})

it('refuses everybody but root on a live NethServer, and touches nothing', (context) => {
  if (!isRoot) context.skip('only root can lay out a live NethServer')
  const folder = temporaryFolder()
  chmodSync(folder, 0o755)
  cpSync(dirname(COMMAND), join(folder, 'dist'), { recursive: true })
  const live = [
    'mount -t tmpfs none /var/lib && mkdir -p /var/lib/nethserver/db',
    'cp "$1"/* /var/lib/nethserver/db && chmod -R a+rX /var/lib/nethserver && shift',
    'setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; echo "exit $?"',
    'find /var/lib/nethserver | sort',
  ].join('\n')
  const databases = join(folder, 'databases')
  mkdirSync(databases)
  for (const name of ['configuration', 'accounts'])
    writeFileSync(join(databases, name), 'SystemName=new\n')
  const source = join(folder, 'source/home/e-smith/db')
  mkdirSync(source, { recursive: true })
  for (const name of ['configuration', 'accounts'])
    writeFileSync(join(source, name), 'SystemName=old\n')
  const { stdout, stderr } = spawnSync(
    'unshare',
    [
      ...['--mount', 'sh', '-c', live, 'sh', databases, process.execPath],
      ...[join(folder, 'dist/nethserver-migrate.mjs'), 'import', join(folder, 'source')],
    ],
    { encoding: 'utf8' },
  )
  if (stderr.includes('unshare: ')) context.skip('unshare(1) may not make mounts here')
  expect({ lines: stdout.trimEnd().split('\n'), stderr }).toEqual({
    lines: [
      'exit 3',
      '/var/lib/nethserver',
      '/var/lib/nethserver/db',
      '/var/lib/nethserver/db/accounts',
      '/var/lib/nethserver/db/configuration',
    ],
    stderr: expect.stringMatching(/^\[ERROR\] NOT_ROOT: .*\n$/) as string,
  })
})

describe('a source that changes', () => {
  it('while a file of it is copied is an ERROR that names the folder; the next run takes it as it is then', async () => {
    const [source, root, bin] = [extracted(), await staged(), temporaryFolder()]
    const grown = join(source, 'home/e-smith/files/users/mrossi/home/grown')
    mkdirSync(dirname(grown), { recursive: true })
    writeFileSync(grown, 'x')
    writeFileSync(
      join(bin, 'cp'),
      `#!/bin/sh\nPATH=\${PATH#*:}\ncp "$@"\ncase "$*" in *${grown}*|*mrossi/home/*) echo more >> ${grown};; esac\n`,
    )
    chmodSync(join(bin, 'cp'), 0o755)
    const args = ['import', source, '--root', root, '--transfer', 'copy']
    const first = await node([COMMAND, ...args], { PATH: `${bin}:${process.env.PATH}` })
    expect(first.exitCode).toBe(1)
    expect(errorsIn(first)).toEqual([
      expect.stringMatching(/changed while it was copied, or the copy is not whole/),
    ])

    const second = await command(...args)
    expectImported(second)
    expect(errorsIn(second)).toEqual([])
    expect(readFileSync(join(root, 'var/lib/nethserver/home/mrossi/grown'), 'utf8')).toBe('xmore\n')
  }, 60_000)

  it('between two runs is noticed', async () => {
    const [source, root] = [extracted(), await staged()]
    expectImported(await command('import', source, '--root', root))
    appendFileSync(join(source, 'home/e-smith/db/configuration'), 'extra=service|status|enabled\n')
    const again = await command('import', source, '--root', root)
    expect(again.stdout).toMatch(
      /^\[NOTICE\] the databases or accounts of acme\.example\.com changed since its last import/m,
    )
  }, 60_000)
})

describe('two imports at once', () => {
  it('are one: the second is refused and names the process of the first, which ends undisturbed', async () => {
    const [source, root] = [extracted(), await staged()]
    const args = ['import', source, '--root', root]
    const first = spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    onTestFinished(() => void first.kill('SIGKILL'))
    const ended = once(first, 'exit')
    await once(first.stdout.resume(), 'data')
    first.kill('SIGSTOP')

    const second = await command(...args)
    expect(second).toEqual({
      exitCode: 4,
      stdout: '',
      stderr: expect.stringMatching(
        new RegExp(
          `^\\[ERROR\\] ANOTHER_RUN: another migration is running on this destination: process ${first.pid}, since \\S+Z\\. wait until it has ended, then run the same command again$`,
        ),
      ) as string,
    })

    first.kill('SIGCONT')
    expect(await ended).toEqual([1, null])
    expect(databaseTexts(join(root, DATABASES))).toEqual(await undisturbed())
    expect(existsSync(join(root, MIGRATION, 'report.txt'))).toBe(true)
  }, 60_000)
})

it('goes on to its end when nobody reads any more what it prints', async () => {
  const [source, root] = [extracted(), await staged()]
  const child = spawn(process.execPath, [COMMAND, 'import', source, '--root', root], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  for (const stream of [child.stdout, child.stderr]) stream.destroy()
  expect(await ended).toEqual([1, null])
  expect(databaseTexts(join(root, DATABASES))).toEqual(await undisturbed())
}, 60_000)
