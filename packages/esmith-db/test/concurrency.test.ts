import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Database, RecordTable, removeStaleLocks, type Change } from '../src/index.js'
import { databaseFile, recordsIn, temporaryFolder } from './support.js'

const run = promisify(execFile)
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const writer = ['--import', tsx, fileURLToPath(new URL('writer.ts', import.meta.url))]
const perlWriter = fileURLToPath(new URL('writer.pl', import.meta.url))

const addB: Change = { kind: 'create', key: 'b', type: 't', props: {} }

/** A program that holds the lock of a database until it is killed. */
async function holdLock(path: string): Promise<ChildProcess> {
  const holder = spawn(
    'flock',
    ['--no-fork', `${path}.lock`, 'sh', '-c', 'echo held; exec sleep 60'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  onTestFinished(() => void holder.kill())
  await once(holder.stdout, 'data')
  return holder
}

describe('many writers', () => {
  it('lose nothing, with a Perl program of the same protocol among them', async (context) => {
    if (spawnSync('perl', ['-v']).error) context.skip('no perl here')
    const path = databaseFile('shared=t\n')
    const [COMMITS, CHANGES, PERL_COMMITS] = [60, 15, 400]
    const names = ['one', 'two', 'three', 'four']
    await Promise.all([
      ...names.map((name) =>
        run(process.execPath, [...writer, path, name, `${COMMITS}`, `${CHANGES}`]),
      ),
      run('perl', [perlWriter, path, 'perl', `${PERL_COMMITS}`]),
    ])

    const table = RecordTable.parse(readFileSync(path))
    const made = names.length * COMMITS * CHANGES + PERL_COMMITS
    expect(table.records('made')).toHaveLength(made)
    expect(Object.keys(table.get('shared')?.props ?? {})).toHaveLength(
      names.length * COMMITS + PERL_COMMITS,
    )
    expect(table.findings).toEqual([])
    expect(readdirSync(dirname(path))).toEqual(['accounts'])
  }, 120_000)

  it('in one process wait for each other', async () => {
    const path = databaseFile('')
    const database = Database.open(path)
    const keys = Array.from({ length: 40 }, (_, index) => `k${index}`)
    await Promise.all(
      keys.map((key) => database.commit([{ kind: 'create', key, type: '', props: {} }])),
    )
    expect(RecordTable.parse(readFileSync(path)).keys()).toEqual([...keys].sort())
  })

  it('never show a reader half a file', async () => {
    const path = databaseFile('shared=t\n')
    const work = run(process.execPath, [...writer, path, 'one', '20', '50'])
    const sizes: number[] = []
    let isDone = false
    void work.finally(() => (isDone = true))
    while (!isDone) {
      sizes.push(Database.open(path).table.records('made').length)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    await work
    expect(sizes.filter((size) => size % 50 !== 0)).toEqual([])
  })
})

describe('the lock', () => {
  it('is waited for while another program holds it, and reads go on', async () => {
    const path = databaseFile('a=1\n')
    const holder = await holdLock(path)
    const commit = Database.open(path).commit([addB])
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(readFileSync(path, 'latin1')).toBe('a=1\n')
    expect(Database.open(path).table.keys()).toEqual(['a'])

    holder.kill()
    await commit
    expect(recordsIn(path)).toBe('a=1\nb=t\n')
    expect(existsSync(`${path}.lock`)).toBe(false)
  })

  it('is given up on after the time that was set, with its name', async () => {
    const path = databaseFile('a=1\n')
    await holdLock(path)
    const database = Database.open(path, { lockTimeoutSeconds: 0.2 })
    await expect(database.commit([addB])).rejects.toMatchObject({
      code: 'DATABASE_LOCKED',
      path: `${path}.lock`,
      message: `cannot lock ${path}.lock: another program has held it for 0.2 seconds`,
    })
    expect(readFileSync(path, 'latin1')).toBe('a=1\n')
    expect(existsSync(`${path}.lock`)).toBe(true)
  })

  it('is taken again when its file was removed by the holder before', async () => {
    const path = databaseFile('a=1\n')
    const orphan = await holdLock(path)
    const commit = Database.open(path).commit([addB])
    await new Promise((resolve) => setTimeout(resolve, 200))
    rmSync(`${path}.lock`)
    const other = await holdLock(path)

    orphan.kill()
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(readFileSync(path, 'latin1')).toBe('a=1\n')

    other.kill()
    await commit
    expect(recordsIn(path)).toBe('a=1\nb=t\n')
  })

  it('is taken again when its file disappears before the database is replaced', async () => {
    const path = databaseFile('a=1\nclock=\n')
    let readings = 0
    const clock = () => {
      // Read at opening, then once per attempt, which has the lock by then.
      if (++readings === 2) rmSync(`${path}.lock`)
      return `${readings}`
    }
    await Database.open(path, { virtual: { clock } }).commit([addB])
    expect(recordsIn(path)).toBe('a=1\nb=t\nclock=3\n')
    expect(readdirSync(dirname(path))).toEqual(['accounts'])
  })

  it('is no link, pipe or folder', async () => {
    const outside = join(temporaryFolder(), 'outside')
    const inPlace = [
      (lock: string) => symlinkSync(outside, lock),
      (lock: string) => void spawnSync('mkfifo', [lock]),
      (lock: string) => mkdirSync(lock),
    ]
    for (const put of inPlace) {
      const path = databaseFile('a=1\n')
      put(`${path}.lock`)
      await expect(Database.open(path).commit([addB])).rejects.toMatchObject({
        code: 'DATABASE_LOCK_FAILED',
      })
    }
    expect(existsSync(outside)).toBe(false)
  })

  it('needs the flock program, and says so', async () => {
    const path = databaseFile('a=1\n')
    const env = { ...process.env, PATH: temporaryFolder() }
    const args = [...writer, path, 'one', '1', '1']
    const { stdout, status } = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
    expect([stdout, status]).toEqual(['DATABASE_NO_FLOCK\n', 1])
    expect(readFileSync(path, 'latin1')).toBe('a=1\n')
  })
})

it('leaves the old file and nothing else when the disk is full', () => {
  // A limit on the size of files, in units of 512 or 1024 bytes, stands for the full disk.
  const large = `shared=t\nlarge=${'x'.repeat(3 * 1024 ** 2)}\n`
  const path = databaseFile(large)
  const command = `ulimit -f 2048; exec "$@"`
  const args = ['-c', command, 'sh', process.execPath, ...writer, path, 'one', '1', '1']
  const { stdout, status } = spawnSync('sh', args, { encoding: 'utf8' })
  expect([stdout, status]).toEqual(['DATABASE_NOT_WRITTEN\n', 1])
  expect(readFileSync(path, 'latin1') === large).toBe(true)
  expect(readdirSync(dirname(path))).toEqual(['accounts'])
})

it('leaves the old file or the new one when the writer is killed', async () => {
  const path = databaseFile('shared=t\n')
  const program = spawn(process.execPath, [...writer, path, 'one', '10000', '5'])
  while (RecordTable.parse(readFileSync(path)).size < 50) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  program.kill('SIGKILL')
  await once(program, 'close')

  const found = RecordTable.parse(readFileSync(path))
  expect(found.findings).toEqual([])
  expect(found.records('made').length % 5).toBe(0)
  await Database.open(path, { lockTimeoutSeconds: 10 }).commit([addB])
  expect(RecordTable.parse(readFileSync(path)).size).toBe(found.size + 1)
})

it('removes at its next commit what a writer left that was killed while writing', async () => {
  const path = databaseFile(`shared=t\nlarge=${'x'.repeat(3 * 1024 ** 2)}\n`)
  const leftBehind = () => readdirSync(dirname(path)).filter((name) => /[0-9a-f]{16}$/.test(name))
  while (leftBehind().length === 0) {
    const program = spawn(process.execPath, [...writer, path, 'one', '10000', '5'])
    onTestFinished(() => void program.kill())
    while (leftBehind().length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    program.kill('SIGKILL')
    await once(program, 'close')
  }

  await Database.open(path, { lockTimeoutSeconds: 10 }).commit([addB])
  expect(readdirSync(dirname(path))).toEqual(['accounts'])
})

it('removes in a whole folder what killed writers left, and no lock that is held', async () => {
  const path = databaseFile('shared=t\n')
  const folder = dirname(path)
  for (const name of ['networks', 'held']) writeFileSync(join(folder, name), '')
  for (const name of ['accounts.lock', `accounts.${'a'.repeat(16)}`, 'networks.lock', 'gone.lock'])
    writeFileSync(join(folder, name), '')
  await holdLock(join(folder, 'held'))

  await removeStaleLocks(folder)
  expect(readdirSync(folder)).toEqual(['accounts', 'held', 'held.lock', 'networks'])
})
