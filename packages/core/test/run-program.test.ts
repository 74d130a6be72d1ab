import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '@nethserver-migrate/testkit'
import { runProgram } from '../src/host/run-program.js'

async function* chunks(count: number, onEach: () => void = () => undefined) {
  for (let number = 0; number < count; number += 1) {
    onEach()
    yield Buffer.alloc(1 << 16, 'x')
  }
}

describe('the input of a program, chunk by chunk', () => {
  it('is read to its end', async () => {
    expect(await runProgram(['wc', '-c'], { input: chunks(100) })).toMatchObject({
      failure: undefined,
      stdout: `${100 * (1 << 16)}\n`,
    })
  })

  it('is not read faster than the program reads', async () => {
    let read = 0
    const ended = runProgram(['sh', '-c', 'sleep 0.5; echo; cat >/dev/null'], {
      input: chunks(1000, () => (read += 1)),
    })
    await new Promise((resolve) => setTimeout(resolve, 250))
    expect(read).toBeLessThan(20)
    expect(await ended).toMatchObject({ failure: undefined })
    expect(read).toBe(1000)
  })

  it('is not read on when the program ends early: a failure', async () => {
    let read = 0
    const input = chunks(1000, () => (read += 1))
    expect(await runProgram(['head', '-c', '1'], { input })).toMatchObject({
      failure: 'stopped reading its input',
      stdout: 'x',
    })
    expect(read).toBeLessThan(1000)
    expect(
      await runProgram(['sh', '-c', 'exec 0<&-; exit 3'], { input: chunks(1000) }),
    ).toMatchObject({
      failure: 'exit status 3',
    })
    expect(await runProgram(['no-such-program'], { input: chunks(3) })).toMatchObject({
      failure: 'no such program',
    })
  })

  it('that cannot be read to its end kills the program: it never takes the half for the whole', async () => {
    const file = join(temporaryFolder(), 'seen')
    async function* broken() {
      yield Buffer.from('half')
      await new Promise((resolve) => setTimeout(resolve, 50))
      throw new Error('unreadable')
    }
    const script = `cat; echo end >${file}`
    await expect(runProgram(['sh', '-c', script], { input: broken() })).rejects.toThrow(
      'unreadable',
    )
    expect(() => readFileSync(file)).toThrow()
  })
})

it('a program is killed when its signal says so, also before it has begun', async () => {
  const controller = new AbortController()
  const ended = runProgram(['sleep', '60'], { signal: controller.signal })
  controller.abort()
  expect(await ended).toMatchObject({ failure: 'was killed by SIGKILL' })
  const { signal } = controller
  expect(await runProgram(['sleep', '60'], { signal })).toMatchObject({
    failure: 'was killed by SIGKILL',
  })
})

it('what a program prints on standard output is told apart, byte by byte', async () => {
  expect(await runProgram(['sh', '-c', 'echo error >&2; printf "caf\\351"'])).toEqual({
    failure: undefined,
    output: expect.stringContaining('error') as string,
    stdout: 'caf\xe9',
  })
})
