import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { manifest, testbed, type Testbed, type Tree } from '@nethserver-migrate/testkit'
import type { ConflictPolicy } from '../src/files/transfer-plan.js'
import { maildirRules } from '../src/mail/maildir-rules.js'
import type { Action } from '../src/plugin/define-plugin.js'
import { importWith } from './helpers/import-with.js'
import { forgetAfter, journalOf } from './helpers/journal-lines.js'
import { pluginOf } from './helpers/plugin-of.js'

function bedWith(old: Tree, there: Tree): Testbed {
  const below = (folder: string, tree: Tree) =>
    Object.fromEntries(Object.entries(tree).map(([path, entry]) => [`${folder}/${path}`, entry]))
  return testbed({
    source: { files: below('old', old) },
    destination: { files: below('srv/new', there) },
  })
}

/** Paths with what the files hold. */
function texts(folder: string): string[] {
  return manifest(folder).flatMap((line) => {
    const [kind, , , path = ''] = line.split(' ')
    return kind === 'f' ? [`${path}: ${readFileSync(join(folder, path), 'latin1')}`] : []
  })
}

const there = ({ root }: Testbed) => texts(join(root, 'srv/new'))
const left = ({ source }: Testbed) => texts(join(source, 'old'))

const transferring: Action = async ({ destination }) => {
  await destination.transferTree({ from: 'old', to: '/srv/new' })
}

async function importing(bed: Testbed, onConflict: ConflictPolicy, action: Action = transferring) {
  const { report } = await importWith(bed, [pluginOf(action)], {
    onConflict,
    only: ['nethserver-test-migrate'],
  })
  return {
    said: report.findings.map(({ code, subject }) => `${code} ${subject}`),
    changes: report.changes,
    status: report.status,
  }
}

const OLD = { report: 'old', 'docs/plan': 'old plan', same: 'same', more: 'more' }
const THERE = { report: 'mine', 'docs/plan': 'my plan', same: 'same' }

describe('a file whose name is taken by a different one', () => {
  it('stays in the source with skip, everything else is moved', async () => {
    const bed = bedWith(OLD, THERE)
    const { said } = await importing(bed, 'skip')
    expect(there(bed)).toEqual(['docs/plan: my plan', 'more: more', 'report: mine', 'same: same'])
    expect(left(bed)).toEqual(['docs/plan: old plan', 'report: old', 'same: same'])
    expect(said).toEqual(['exists-skipped old/docs/plan', 'exists-skipped old/report'])
    expect(await importing(bed, 'skip')).toMatchObject({ status: 'unchanged', said })
  })

  it('takes the place of the other with replace, which is saved beside', async () => {
    const bed = bedWith(OLD, { ...THERE, 'report.before-migration': 'older' })
    const { said, changes, status } = await importing(bed, 'replace')
    expect(there(bed)).toEqual([
      'docs/plan: old plan',
      'docs/plan.before-migration: my plan',
      'more: more',
      'report: old',
      'report.before-migration: older',
      'report.before-migration-2: mine',
      'same: same',
    ])
    expect(left(bed)).toEqual(['same: same'])
    expect(said).toEqual(['exists-replaced /srv/new/docs/plan', 'exists-replaced /srv/new/report'])
    expect(changes).toMatchObject([
      {
        change: {
          replaced: [
            ['docs/plan', 'docs/plan.before-migration'],
            ['report', 'report.before-migration-2'],
          ],
        },
      },
    ])
    expect(status).toBe('done')
    expect(await importing(bed, 'replace')).toMatchObject({ status: 'unchanged', said: [] })
  })

  it('is not saved twice', async () => {
    const bed = bedWith({ report: 'old' }, { report: 'mine', 'report.before-migration': 'mine' })
    await importing(bed, 'replace')
    expect(there(bed)).toEqual(['report: old', 'report.before-migration: mine'])
  })

  it('leaves the name of what was saved to it, also when the source has such a file', async () => {
    const bed = bedWith({ a: 'old', 'a.before-migration': 'older' }, { a: 'mine' })
    await importing(bed, 'replace')
    expect(there(bed)).toEqual([
      'a: old',
      'a.before-migration: mine',
      'a.before-migration.migrated: older',
    ])
  })

  it('is kept beside a folder that has its name, and a folder takes the place of a file', async () => {
    const bed = bedWith({ a: 'file', 'b/c': 'below' }, { 'a/x': 'there', b: 'file' })
    await importing(bed, 'replace')
    expect(there(bed)).toEqual([
      'a/x: there',
      'a.migrated: file',
      'b/c: below',
      'b.before-migration: file',
    ])
  })

  it('keeps the flags of a message behind the name it is saved under', async () => {
    const bed = bedWith({ 'cur/1:2,S': 'old' }, { 'cur/1:2,': 'mine' })
    await importing(bed, 'replace', async ({ destination }) => {
      await destination.transferTree({ from: 'old', to: '/srv/new', rules: maildirRules })
    })
    expect(there(bed)).toEqual(['cur/1.before-migration:2,: mine', 'cur/1:2,S: old'])
  })

  it.each<ConflictPolicy>(['keep-both', 'replace'])(
    'is told by the run that goes on after a kill (%s)',
    async (policy) => {
      const bed = bedWith(OLD, THERE)
      const whole = await importing(bed, policy)
      forgetAfter(bed, '"begin"')
      const resumed = await importing(bed, policy)
      expect(resumed.said).toEqual(expect.arrayContaining(whole.said))
      expect(there(bed)).toHaveLength(6)
      expect(readFileSync(journalOf(bed), 'utf8')).toContain('"done"')
    },
  )
})

describe('a single file whose name is taken', () => {
  const copying =
    (whenDifferent: 'save-old' | 'put-beside'): Action =>
    async ({ destination, log }) => {
      const { outcome, path } = await destination.copyFile({
        from: 'old/a',
        to: '/srv/new/a',
        mode: 0o644,
        whenDifferent,
      })
      log.info(`${outcome} ${path}`, { code: outcome })
    }

  it.each([
    ['skip', 'save-old', ['a: mine'], ['exists-skipped old/a', 'exists ']],
    ['skip', 'put-beside', ['a: mine'], ['exists-skipped old/a', 'exists ']],
    [
      'replace',
      'put-beside',
      ['a: old', 'a.before-migration: mine'],
      ['exists-replaced /srv/new/a', 'done '],
    ],
    ['keep-both', 'put-beside', ['a: mine', 'a.migrated: old'], ['done ']],
    ['keep-both', 'save-old', ['a: old', 'a.before-migration: mine'], ['done ']],
  ] as const)('%s, %s', async (policy, whenDifferent, files, said) => {
    const bed = bedWith({ a: 'old' }, { a: 'mine' })
    expect((await importing(bed, policy, copying(whenDifferent))).said).toEqual(said)
    expect(there(bed)).toEqual(files)
  })
})
