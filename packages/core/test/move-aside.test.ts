import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder, testbed, writeTree, type Tree } from '@nethserver-migrate/testkit'
import type { MoveAside } from '../src/destination/file-operations.js'
import { moveFile } from '../src/files/move-file.js'
import { forgetAfter } from './helpers/journal-lines.js'
import { pluginOf } from './helpers/plugin-of.js'

const SHARED_MEMORY = '/dev/shm'
const REQUEST: MoveAside = { from: '/box', files: ['cur/1', 'cur/2'], to: '/var/aside/box' }

function bedWith(files: Tree) {
  const bed = testbed({ destination: { files: { 'var/aside': { directory: true }, ...files } } })
  return {
    ...bed,
    paths: () =>
      [...bed.manifest('box').map((line) => `box ${line}`), ...bed.manifest('var/aside')]
        .filter((line) => / ?f /.test(line))
        .map((line) => line.replace(/\d+:\d+ (.*) = .*/, '$1')),
    move: (request: Partial<MoveAside> = {}, mode: 'plan' | 'apply' = 'apply') =>
      bed.run(
        pluginOf(async ({ destination }) => {
          await destination.moveAside({ ...REQUEST, ...request })
        }),
        { mode },
      ),
  }
}

describe('moving files of the destination aside', () => {
  it('keeps their paths and modes, and leaves everything else', async () => {
    const bed = bedWith({
      'box/cur/1': { content: 'one', mode: 0o600 },
      'box/cur/2': { content: 'two', mode: 0o640 },
      'box/cur/3': { content: 'three', mode: 0o600 },
    })
    const { report, said } = await bed.move()
    expect({ status: report.status, said, changes: report.changes }).toMatchObject({
      status: 'done',
      said: [],
      changes: [
        {
          outcome: 'done',
          change: {
            kind: 'tree',
            from: '/box',
            to: '/var/aside/box',
            files: 2,
            directories: 0,
            bytes: 6,
            keptBoth: [],
          },
        },
      ],
    })
    expect(bed.paths()).toEqual(['box f 0600 cur/3', 'f 0600 box/cur/1', 'f 0640 box/cur/2'])
    expect((await bed.move()).report.status).toBe('unchanged')
  })

  it('is planned as it is done, and the plan moves nothing', async () => {
    const bed = bedWith({ 'box/cur/1': 'one', 'box/cur/2': 'two' })
    const before = bed.manifest('.')
    const plan = await bed.move({}, 'plan')
    expect(bed.manifest('.').filter((line) => !line.includes('migration'))).toEqual(before)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      (await bed.move()).report.changes.map(({ change }) => change),
    )
  })

  it('takes no file that is gone, and neither link nor folder', async () => {
    const bed = bedWith({ 'box/cur/1/x': 'in a folder', elsewhere: 'x' })
    symlinkSync('../../elsewhere', join(bed.root, 'box/cur/2'))
    expect((await bed.move({ files: ['cur/1', 'cur/2', 'cur/3'] })).report.status).toBe('unchanged')
    expect(lstatSync(join(bed.root, 'box/cur/2')).isSymbolicLink()).toBe(true)
  })

  it('overwrites nothing', async () => {
    const bed = bedWith({ 'box/cur/1': 'new', 'var/aside/box/cur/1': 'old' })
    const { said } = await bed.move()
    expect(said).toEqual(['error TARGET_APPEARED /var/aside/box'])
    expect(bed.file('var/aside/box/cur/1')).toBe('old')
    expect(bed.file('box/cur/1')).toBe('new')
  })

  it('does not leave the destination through a link', async () => {
    const outside = temporaryFolder()
    writeFileSync(join(outside, '1'), 'outside')
    const bed = bedWith({ 'box/x': '' })
    symlinkSync(outside, join(bed.root, 'box/cur'))
    expect((await bed.move()).said).toEqual(['error DESTINATION_OUTSIDE_ROOT /var/aside/box'])
    expect(readFileSync(join(outside, '1'), 'utf8')).toBe('outside')
  })

  it('writes down what an undo needs, and goes on after a kill', async () => {
    const bed = bedWith({ 'box/cur/1': 'one', 'box/cur/2': 'two' })
    await bed.move({ files: ['cur/1'] })
    const undo = join(bed.root, 'var/lib/nethserver/migration/undo')
    expect(readdirSync(undo).map((name) => readFileSync(join(undo, name), 'utf8'))).toEqual([
      `${JSON.stringify({
        kind: 'aside',
        steps: [['/box/cur/1', '/var/aside/box/cur/1']],
        made: ['/var/aside/box', '/var/aside/box/cur'],
      })}\n`,
    ])
    forgetAfter(bed, '"begin"')
    const { report } = await bed.move({ to: '/var/aside/later' })
    expect(report.counts).toMatchObject({ done: 1, failed: 0 })
    expect(bed.paths()).toEqual(['f 0644 box/cur/1', 'f 0644 later/cur/2'])
  })
})

it('moves a file to another filesystem as it is', (context) => {
  const folder = temporaryFolder()
  const there = statSync(SHARED_MEMORY, { throwIfNoEntry: false })
  if (!there || there.dev === statSync(folder).dev) context.skip('no other filesystem here')
  const other = mkdtempSync(join(SHARED_MEMORY, 'nethserver-migrate-'))
  onTestFinished(() => rmSync(other, { recursive: true }))
  writeTree(folder, { a: { content: Buffer.from([0, 255, 10]), mode: 0o640 } })
  utimesSync(join(folder, 'a'), 1, 2)
  moveFile(join(folder, 'a'), join(other, 'b'))
  const { mode, mtimeMs } = statSync(join(other, 'b'))
  expect([mode & 0o777, mtimeMs, [...readFileSync(join(other, 'b'))]]).toEqual([
    0o640,
    2000,
    [0, 255, 10],
  ])
  expect([readdirSync(folder), readdirSync(other)]).toEqual([[], ['b']])
})
