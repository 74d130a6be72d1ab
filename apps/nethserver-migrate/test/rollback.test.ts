// A rollback leaves the destination and the source as they were before the import: every byte,
// mode, owner, link, ACL and time, but for what the migration writes about itself.
import { execFileSync } from 'node:child_process'
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  COMMAND,
  command,
  expectImported,
  expectSuccess,
  node,
  SAMPLE_BACKUP,
} from './helpers/command.js'
import {
  aclsOf,
  entriesBelow,
  manifestOf,
  MIGRATION,
  pathBytes,
  type Variant,
} from './helpers/tree.js'

const HOOK = fileURLToPath(new URL('./helpers/kill-at-call.cjs', import.meta.url))
const OURS = { paths: [MIGRATION, 'var/log/messages'], but: [] }

describe.each<{ variant: Variant; transfer: 'move' | 'copy' }>([
  { variant: 'n6', transfer: 'copy' },
  { variant: 'n7', transfer: 'move' },
])('a rollback of an import ($variant, $transfer)', ({ variant, transfer }) => {
  let folder: string
  let before: ReturnType<typeof stateOf>

  const importing = (source: string, root: string) => [
    ...[COMMAND, 'import', source, '--root', root, '--transfer', transfer],
  ]
  const rolling = (root: string) => [COMMAND, 'rollback', '--root', root]

  beforeAll(async () => {
    // In memory flushing costs nothing.
    const memory = statSync('/dev/shm', { throwIfNoEntry: false })
    folder = mkdtempSync(join(memory ? '/dev/shm' : tmpdir(), 'rollback-'))
    mkdirSync(join(folder, 'source'))
    execFileSync('tar', ['xzf', SAMPLE_BACKUP, '-C', join(folder, 'source'), '--numeric-owner'])
    expectSuccess(await command('stage', join(folder, 'root'), '--like', variant.slice(1)))
    before = stateOf(join(folder, 'source'), join(folder, 'root'))
  }, 60_000)

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const fresh = (name: string) => {
    const [source, root] = [join(folder, `source-${name}`), join(folder, `root-${name}`)]
    execFileSync('cp', ['-a', join(folder, 'source'), source])
    execFileSync('cp', ['-a', join(folder, 'root'), root])
    return { source, root }
  }

  it('leaves everything as it was; the same import then begins from nothing', async () => {
    const { source, root } = fresh('whole')
    expectImported(await node([...importing(source, root), '--checksum']))
    const verified = await node([COMMAND, 'verify', source, '--root', root, '--checksum'])
    expectSuccess(verified)
    expect(verified.stdout).toContain('everything is as the import left it')
    expectSuccess(await node(rolling(root)))
    expect(stateOf(source, root)).toEqual(before)
    expect(readdirSync(join(root, MIGRATION, 'undo'))).toEqual([])

    const refused = await node(rolling(root))
    expect(refused).toMatchObject({ exitCode: 3 })
    expect(refused.stderr).toContain('NOTHING_TO_UNDO')

    const again = await node([...importing(source, root), '--json'])
    const report = JSON.parse(again.stdout) as { counts: object; findings: { code: string }[] }
    expect(report.counts).toMatchObject({ skipped: 0 })
    expect(report.findings.map(({ code }) => code)).not.toContain('resumed')
  }, 120_000)

  it.concurrent.each([0.4, 0.9])(
    'undoes what a killed import has done, and goes on when it was killed itself (at %d)',
    async (share) => {
      const { source, root } = fresh(`killed-${share}`)
      const killAt = (calls: number) => ({ KILL_AT_CALL: String(Math.floor(calls * share)) })
      const hooked = (args: string[], env = {}) => node(['--require', HOOK, ...args], env)
      expect((await hooked(importing(source, root), killAt(1200))).exitCode).toBe(-1)
      const killed = await hooked(rolling(root), killAt(350))
      if (killed.exitCode === -1) {
        const refused = await node(importing(source, root))
        expect(refused.stderr).toContain('ROLLBACK_UNFINISHED')
        expectSuccess(await node(rolling(root)))
      } else expectSuccess(killed)
      expect(stateOf(source, root)).toEqual(before)
    },
    120_000,
  )
})

function stateOf(source: string, root: string) {
  return {
    files: manifestOf(root, OURS).split('\n'),
    acls: [source, root].map((path) => aclsOf(path).split('\n')),
    source: manifestOf(source, { paths: [], but: [] }).split('\n'),
    times: [
      ...timesOf(source, () => true),
      ...timesOf(root, (path) => !path.startsWith(MIGRATION)),
    ],
  }
}

/** Of files and links of the destination, and of all of the source. */
function timesOf(top: string, counts: (path: string) => boolean): string[] {
  const isSource = top.includes('source')
  return entriesBelow(top)
    .filter((path) => counts(path) && path !== 'var/log/messages')
    .flatMap((path) => {
      const stats = lstatSync(pathBytes(top, path))
      if (stats.isDirectory() && !isSource) return []
      return [`${path} ${Math.floor(stats.mtimeMs)}`]
    })
    .sort()
}
