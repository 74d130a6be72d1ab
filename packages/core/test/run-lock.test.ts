import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { lstatSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { bundled, programs, temporaryFolder, testbed } from '@nethserver-migrate/testkit'
import { takeRunLock } from '../src/run/run-lock.js'
import { importWith } from './helpers/import-with.js'
import { pluginOf } from './helpers/plugin-of.js'
import { thrownBy } from './helpers/thrown-by.js'

const LOCK = 'var/lib/nethserver/migration/lock'

/** Another process that holds the lock of a destination. */
async function holderOf(root: string, ...program: string[]): Promise<ChildProcess> {
  const holder = spawn(
    process.execPath,
    [bundled(new URL('programs/hold-run-lock.ts', import.meta.url)), root, ...program],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  onTestFinished(() => void holder.kill('SIGKILL'))
  if (!holder.stdout) throw new Error('no output to wait for')
  await once(holder.stdout, 'data')
  return holder
}

describe('the lock of a destination', () => {
  it('refuses a second run, naming the process of the first one, before anything is touched', async () => {
    const bed = testbed()
    const holder = await holderOf(bed.root)
    const before = bed.manifest('.')
    await expect(importWith(bed, [pluginOf(() => undefined)])).rejects.toMatchObject({
      code: 'ANOTHER_RUN',
      message: expect.stringMatching(
        new RegExp(
          `^another migration is running on this destination: process ${holder.pid}, since \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$`,
        ),
      ) as string,
      hint: 'wait until it has ended, then run the same command again',
    })
    expect(bed.manifest('.')).toEqual(before)
  })

  it('ends with the process that holds it, however that ends', async () => {
    const bed = testbed()
    const holder = await holderOf(bed.root)
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    expect((await importWith(bed, [])).report.status).toBe('unchanged')
  })

  it('waits for a program that changes files and has outlived its run', async () => {
    const bed = testbed()
    const end = join(temporaryFolder(), 'end')
    const holder = await holderOf(bed.root, 'sh', '-c', `until [ -e ${end} ]; do sleep 0.05; done`)
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    await expect(importWith(bed, [])).rejects.toMatchObject({
      code: 'ANOTHER_RUN',
      message: expect.stringMatching(
        new RegExp(
          `process ${holder.pid}, since .*Z was killed, a program that it started is still at work$`,
        ),
      ) as string,
    })
    writeFileSync(end, '')
    await vi.waitFor(() => importWith(bed, []), 5000)
  })

  it('does not keep a plan from being made', async () => {
    const bed = testbed()
    await holderOf(bed.root)
    const { report } = await importWith(
      bed,
      [
        pluginOf(async ({ destination }) => {
          await destination.signalEvent('mail-save')
        }),
      ],
      { mode: 'plan' },
    )
    expect(report.status).toBe('pending')
  })

  it('is free after the run, also after one that was refused or failed', async () => {
    const bed = testbed()
    const nowhere = importWith(bed, [], { source: join(bed.source, 'nowhere') })
    await expect(nowhere).rejects.toMatchObject({ code: 'SOURCE_MISSING' })
    await importWith(bed, [])
    takeRunLock(bed.root)()
  })

  it('can be taken again once it is released, and not before', () => {
    const root = temporaryFolder()
    const release = takeRunLock(root)
    expect(thrownBy(() => takeRunLock(root))).toMatchObject({
      code: 'ANOTHER_RUN',
      message: expect.stringContaining(`process ${process.pid},`) as string,
    })
    release()
    takeRunLock(root)()
  })

  it('is a file for its owner only, which names the last holder, in such a folder', () => {
    const root = temporaryFolder()
    takeRunLock(root)()
    takeRunLock(root)()
    expect(lstatSync(join(root, LOCK)).mode & 0o777).toBe(0o600)
    expect(lstatSync(join(root, LOCK, '..')).mode & 0o777).toBe(0o700)
    expect(readFileSync(join(root, LOCK), 'utf8')).toMatch(/^process \d+, since .*\n$/)
  })

  it('cannot be taken without flock: refused with what to install', () => {
    programs({}, { alone: true })
    expect(thrownBy(() => takeRunLock(temporaryFolder()))).toMatchObject({
      code: 'LOCK_FAILED',
      message: expect.stringMatching(/^the destination could not be locked: .*ENOENT/) as string,
      hint: 'install the flock program (package util-linux), then run the same command again',
    })
  })
})
