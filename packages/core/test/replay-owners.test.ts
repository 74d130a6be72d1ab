// An ordinary user prepares a destination; root replays it.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, type TestContext } from 'vitest'
import { bundled, testbed, type Testbed } from '@nethserver-migrate/testkit'
import { firstBoot } from './helpers/first-boot.js'
import { rollBack } from './helpers/roll-back.js'

const NOBODY = '65534'
const OWNERS = 'var/lib/nethserver/migration/owners.jsonl'

/** What an ordinary user has imported into a destination of theirs. */
function importedByNobody(context: TestContext): { bed: Testbed; said: string[] } {
  if (process.getuid?.() !== 0) context.skip('only root can become somebody else')
  const bed = testbed({
    like: 7,
    source: {
      files: {
        'people/rossi/notes': 'notes',
        'people/rossi/below/x': 'x',
        'mail/cur/1': { content: 'mail', mode: 0o644 },
        'share/plan': 'plan',
      },
    },
  })
  const program = bundled(new URL('programs/staged-import.ts', import.meta.url))
  for (const path of [bed.root, program]) chmodSync(dirname(path), 0o755)
  execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, bed.root, bed.source])
  const printed = execFileSync(
    'setpriv',
    [
      ...[`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'],
      ...[process.execPath, program, bed.source, bed.root],
    ],
    { encoding: 'utf8' },
  )
  return { bed, said: JSON.parse(printed) as string[] }
}

const lines = (bed: Testbed, folder: string) =>
  bed.manifest(folder).map((line) => line.replace(/ =.*/, ''))

describe('an import by an ordinary user', () => {
  it('says that owners wait, and writes them down for root alone', (context) => {
    const { bed, said } = importedByNobody(context)
    expect(said).toEqual(['notice owners-not-set'])
    expect(statSync(join(bed.root, OWNERS)).mode & 0o777).toBe(0o600)
    const claims = readFileSync(join(bed.root, OWNERS), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { path: string; run?: string })
      .map(({ run, ...claim }) => ({ ...claim, run: typeof run }))
    const home = '/var/lib/nethserver/home/rossi'
    const own = { run: 'string', user: 'rossi', group: null }
    expect(claims.filter(({ path }) => path.startsWith(home))).toEqual([
      { path: home, mode: 0o700, ...own },
      { path: `${home}/below`, below: true, ...own },
      { path: `${home}/notes`, below: true, ...own },
    ])
  })

  it('ends with everything in the hands of its owner, with the ids of the host', (context) => {
    const { bed } = importedByNobody(context)
    const boot = firstBoot(context, bed.root)
    const { findings } = boot.replay()
    expect(findings.map(({ code }) => code)).toEqual(['owners-given'])
    expect(lines(bed, 'var/lib/nethserver/home')).toEqual([
      'd 0700 30001:30001 rossi',
      'd 0755 30001:30001 rossi/below',
      'f 0644 30001:30001 rossi/below/x',
      'f 0644 30001:30001 rossi/notes',
    ])
    expect(lines(bed, 'var/lib/nethserver/vmail')).toEqual([
      'd 0700 498:498 rossi',
      'd 0700 498:498 rossi/cur',
      'f 0600 498:498 rossi/cur/1',
    ])
    expect(lines(bed, 'var/lib/nethserver/ibay')).toEqual([
      'd 2770 0:30003 share',
      'f 0640 30002:30003 share/plan',
    ])
    expect(lines(bed, 'etc').filter((line) => /(link|secret)/.test(line))).toEqual([
      'l 0777 30001:30001 link -> hosts',
      'f 0600 0:0 secret',
    ])
    expect(existsSync(join(bed.root, OWNERS))).toBe(false)
  })

  it('that is undone claims nothing for anybody', async (context) => {
    const { bed } = importedByNobody(context)
    await rollBack(bed)
    expect(existsSync(join(bed.root, OWNERS))).toBe(false)
  })
})
