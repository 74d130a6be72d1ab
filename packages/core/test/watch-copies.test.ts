import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { temporaryFolder } from '@nethserver-migrate/testkit'
import { expect, it } from 'vitest'
import { watchCopies } from '../src/files/watch-copies.js'
import type { Progress } from '../src/report/progress.js'

function recorded() {
  const told: string[] = []
  const progress: Progress = {
    start(title, total) {
      told.push(`${title}, ${total} bytes`)
      return {
        advance: (amount) => told.push(`${amount} more`),
        stop: () => told.push('stop'),
      }
    },
  }
  return { told, progress }
}

it('tells how much of a large copy lies in its folder, until it has ended', async () => {
  const { told, progress } = recorded()
  const folder = temporaryFolder()
  const file = join(folder, 'copy')
  const watched = { title: 'copying 2 folders', bytes: 300_000_000, progress }
  const result = await watchCopies(folder, watched, async () => {
    writeFileSync(file, '')
    truncateSync(file, 200_000_000)
    await setTimeout(3_500)
    return 'copied'
  })
  expect(result).toBe('copied')
  expect(told).toEqual([
    'copying 2 folders, 300000000 bytes',
    expect.stringMatching(/^2000\d{5} more$/),
    'stop',
  ])
}, 20_000)

it('lets a copy go on when nobody can look into its folder, and tells nothing of it', async () => {
  const { told, progress } = recorded()
  const watched = { title: 'copying /a', bytes: 300_000_000, progress }
  const missing = join(temporaryFolder(), 'missing')
  await watchCopies(missing, watched, () => setTimeout(3_000))
  expect(told).toEqual(['copying /a, 300000000 bytes', 'stop'])
}, 20_000)

it('says that a copy has ended also when it fails', async () => {
  const { told, progress } = recorded()
  const watched = { title: 'copying /a', bytes: 300_000_000, progress }
  const copying = watchCopies(temporaryFolder(), watched, () => Promise.reject(new Error('full')))
  await expect(copying).rejects.toThrow('full')
  expect(told).toEqual(['copying /a, 300000000 bytes', 'stop'])
})

it('says nothing of a small copy', async () => {
  const { told, progress } = recorded()
  const watched = { title: 'copying /a', bytes: 1_000, progress }
  await watchCopies(temporaryFolder(), watched, () => Promise.resolve())
  expect(told).toEqual([])
})
