// What the command says of itself: help, suggestions, completion, the manual page.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { temporaryFolder } from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import { command, COMMAND } from './helpers/command.js'

const DIST = dirname(COMMAND)

async function commandNames(): Promise<string[]> {
  const { stdout } = await command('--help')
  const [, list = ''] = /Commands:\n((?: {2}.*\n)+)/.exec(stdout) ?? []
  return [...list.matchAll(/^ {2}([a-z-]+)/gm)].flatMap(([, name]) =>
    name === undefined || name === 'help' ? [] : [name],
  )
}

describe('--help', () => {
  it('has examples and exit codes for every command', async () => {
    const names = await commandNames()
    expect(names).toContain('import')
    const helps = await Promise.all(names.map((name) => command(name, '--help')))
    expect(
      names.filter(
        (name, index) =>
          !new RegExp(`\nExamples:\n(  .*nethserver-migrate ${name}.*\n)+`).test(
            helps[index]?.stdout ?? '',
          ) || !(helps[index]?.stdout ?? '').includes('\nExit codes:\n'),
      ),
    ).toEqual([])
  })

  it.each([
    [['imprt', 'backup'], "error: unknown command 'imprt'\n(Did you mean import?)"],
    [['import', 'backup', '--rot', 'x'], "error: unknown option '--rot'\n(Did you mean --root?)"],
    [
      ['import', 'backup', '--transfer', 'link'],
      "error: option '--transfer <mode>' argument 'link' is invalid. Allowed choices are move, copy.",
    ],
  ])('suggests the right word for %j, and exits 2', async (args, words) => {
    const { exitCode, stderr } = await command(...args)
    expect({ exitCode, said: stderr.split('\n\n')[0]?.trim() }).toEqual({
      exitCode: 2,
      said: words,
    })
  })
})

describe('completion bash', () => {
  /** What bash offers for a line whose last word is being typed. */
  function offered(...words: string[]): string[] {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'two words'))
    writeFileSync(join(folder, 'backup.tgz'), '')
    const script = `source '${DIST}/completions/bash'
COMP_WORDS=(nethserver-migrate "$@"); COMP_CWORD=$#
_nethserver_migrate
printf '%s\\n' "\${COMPREPLY[@]}"`
    const text = execFileSync('bash', ['-c', script, 'bash', ...words], {
      cwd: folder,
      encoding: 'utf8',
    })
    return text.split('\n').filter((line) => line !== '')
  }

  it.each([
    [['im'], ['import']],
    [['import', '--tr'], ['--transfer']],
    [
      ['import', 'backup', '--transfer', ''],
      ['move', 'copy'],
    ],
    [['plan', '--only', 'nethserver-fa'], ['nethserver-fax-migrate']],
    [['import', 'b'], ['backup.tgz']],
    [['import', 'backup.tgz', '--root', ''], ['two words']],
    [['sync', '--from', ''], []],
    [
      ['completion', ''],
      ['bash', 'zsh'],
    ],
  ])('offers for %j: %j', (words, offers) => {
    expect(offered(...words)).toEqual(offers)
  })
})

describe('completion zsh', () => {
  it('is a function that zsh can read, with every command', async () => {
    const folder = temporaryFolder()
    writeFileSync(
      join(folder, 'try.zsh'),
      `autoload -Uz compinit && compinit -u -d ${folder}/dump
source ${DIST}/completions/zsh
_describe() { print -l \${commands%%:*} }
CURRENT=2 words=(nethserver-migrate '') _nethserver_migrate
_arguments() { print -l -- "$@" | grep transfer }
CURRENT=3 words=(nethserver-migrate import '') _nethserver_migrate
`,
    )
    const { stdout, stderr } = spawnSync('zsh', ['-f', join(folder, 'try.zsh')], {
      encoding: 'utf8',
    })
    expect({ stderr, lines: stdout.trimEnd().split('\n') }).toEqual({
      stderr: '',
      lines: [
        ...(await commandNames()),
        'help',
        '--transfer=[move files (across filesystems they are copied), or copy all]:mode:(move copy)',
      ],
    })
  })
})

describe('the manual page', () => {
  const page = () => readFileSync(join(DIST, 'man/nethserver-migrate.8'), 'utf8')

  it('is one that groff sets without a warning', () => {
    const { status, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww'], {
      input: page(),
      encoding: 'utf8',
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  it('has every command, every exit code and its files', async () => {
    const text = execFileSync('groff', ['-man', '-Tascii', '-P-cbou'], {
      input: page(),
      encoding: 'utf8',
    })
    for (const name of await commandNames()) expect(text).toMatch(new RegExp(`^   ${name} `, 'm'))
    for (const code of ['0', '1', '2', '3', '4', '130', '143'])
      expect(text).toMatch(new RegExp(`^       ${code} `, 'm'))
    expect(text).toContain('/var/lib/nethserver/migration/report.txt')
  })
})
