import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { wrapped } from '../src/output/wrapped.js'
import { COMMAND, command, expectSuccess } from './helpers/command.js'

describe('explain', () => {
  it('says what a code means, who says it, and what to do, whatever the case of letters', async () => {
    const run = await command('explain', 'step_LEFT_out')
    expectSuccess(run)
    expect(run.stdout).toBe(
      [
        'STEP_LEFT_OUT (error, nethserver-migrate)',
        '',
        '  Several steps belong together (such as stop, change, start), and one before',
        '  this one failed: the steps that depend on it were not taken.',
        '',
        'What to do',
        '',
        '  Mend what the first error of these steps says, then run the same command',
        '  again: all of them are taken anew.',
      ].join('\n'),
    )
  })

  it('says so when nothing has to be done', async () => {
    const { stdout } = await command('explain', 'own-kept')
    expect(stdout).toMatch(/\n\nWhat to do\n\n {2}Nothing has to be done\.$/)
  })

  it('gives the words of every plugin that has the code', async () => {
    const { stdout } = await command('explain', 'no-domain-name')
    expect(stdout.match(/^\S.*\)$/gm)).toEqual([
      'no-domain-name (nethserver-getmail-migrate)',
      'no-domain-name (nethserver-mail-server-migrate)',
    ])
  })

  it('lists all codes, those of each plugin too, one a line', async () => {
    const { exitCode, stdout } = await command('explain')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(
      /^nethserver-migrate\n {2}UNKNOWN_PLUGIN +`--only` names a plugin .*\.$/m,
    )
    expect(stdout).toMatch(/^ {2}no-dumps +The backup has no dumps of databases, so .*\.$/m)
    const speakers: readonly string[] = stdout.match(/^nethserver\S+$/gm) ?? []
    const bundles = readdirSync(join(COMMAND, '../plugins')).map((file) => file.slice(0, -4))
    // One plugin has nothing to say of its own.
    expect(bundles.filter((name) => !speakers.includes(name))).toEqual([
      'nethserver-mail-common-migrate',
    ])
  })

  it('gives programs the same as JSON', async () => {
    const { stdout } = await command('explain', 'UNKNOWN_CODE', '--json')
    expect(JSON.parse(stdout)).toEqual([
      {
        code: 'UNKNOWN_CODE',
        from: 'nethserver-migrate',
        severity: 'error',
        means: expect.stringContaining('neither the command nor an installed plugin') as string,
        remedy: expect.stringContaining('lists all of them') as string,
      },
    ])
    const all = JSON.parse((await command('explain', '--json')).stdout) as { code: string }[]
    expect(all.length).toBeGreaterThan(250)
    expect(all).toContainEqual(expect.objectContaining({ code: 'no-dumps' }))
  })

  it.each([
    ['sorce_mising', 'did you mean SOURCE_MISSING?'],
    ['ibay-nam', 'did you mean ibay-name or ibay-name-long?'],
    ['blackbird', 'nethserver-migrate explain lists all codes'],
  ])('does not know %s, and helps', async (code, help) => {
    const { exitCode, stdout, stderr } = await command('explain', code)
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `[ERROR] UNKNOWN_CODE: there is no code ${code}. ${help}`,
    })
  })
})

it('breaks lines between words, and never inside a command', () => {
  expect(wrapped('Run `config show modSSL` now, or see (`a b`).', 18)).toEqual([
    'Run',
    '`config show modSSL`',
    'now, or see',
    '(`a b`).',
  ])
  expect(wrapped('', 10)).toEqual([])
})
