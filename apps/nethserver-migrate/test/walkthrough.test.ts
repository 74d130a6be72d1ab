// docs/migrating-a-server.md goes through a migration: each of its commands is given in a shell, in
// their order, and prints what the page shows.
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '@nethserver-migrate/testkit'
import { execa } from 'execa'
import { expect, it } from 'vitest'
import { COMMAND, SAMPLE_BACKUP } from './helpers/command.js'

const PAGE = fileURLToPath(new URL('../../../docs/migrating-a-server.md', import.meta.url))
const PROMPT = '# '
/** A line that stands for any number of lines. */
const ANY = '…'

interface Step {
  readonly command: string
  readonly shown: readonly string[]
}

/** The commands of the page, each with the output below it. */
function stepsOf(page: string): Step[] {
  const blocks = [...page.matchAll(/^```console\n(.*?)^```$/gms)].map(([, text = '']) => text)
  return blocks.flatMap((block) =>
    block
      .split(/^(?=# )/m)
      .map((step) => step.trimEnd().split('\n'))
      .map(([command = '', ...shown]) => ({ command: command.slice(PROMPT.length), shown })),
  )
}

/** The output with its parts left out that the page leaves out; all of it where the rest differs. */
function shortened(output: readonly string[], shown: readonly string[]): readonly string[] {
  const parts: string[][] = [[]]
  for (const line of shown)
    if (line === ANY) parts.push([])
    else parts[parts.length - 1]?.push(line)
  const holds = (part: readonly string[], at: number) =>
    part.every((line, index) => output[at + index] === line)
  let from = 0
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1
    let at = isLast && index > 0 ? Math.max(from, output.length - part.length) : from
    while (index > 0 && !isLast && at < output.length && !holds(part, at)) at += 1
    if (!holds(part, at)) return output
    from = at + part.length
  }
  return from === output.length || shown[shown.length - 1] === ANY ? shown : output
}

it('shows what the commands print', { timeout: 120_000 }, async (context) => {
  context.skip(process.getuid?.() !== 0, 'root gives files their owners, others are told so')
  const folder = temporaryFolder()
  copyFileSync(SAMPLE_BACKUP, join(folder, 'acme-sme8.tgz'))
  const programs = join(folder, 'bin')
  mkdirSync(programs)
  const program = join(programs, 'nethserver-migrate')
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${COMMAND}' "$@"\n`)
  chmodSync(program, 0o755)

  const steps = stepsOf(readFileSync(PAGE, 'utf8'))
  expect(steps.length).toBeGreaterThan(10)
  const printed: Step[] = []
  for (const { command, shown } of steps) {
    const { all = '' } = await execa('sh', ['-c', command], {
      cwd: folder,
      env: { PATH: `${programs}:${process.env['PATH'] ?? ''}` },
      reject: false,
      all: true,
      stdin: 'ignore',
    })
    const output = all === '' ? [] : stable(all, folder).split('\n')
    printed.push({ command, shown: shortened(output, shown) })
  }
  expect(printed).toEqual(steps)
})

/** The folder, times and durations differ from run to run. */
function stable(text: string, folder: string): string {
  return text
    .replaceAll(folder, '/srv/trial')
    .replace(/\(\d+\.\d\d s\)/g, '(0.04 s)')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '2026-01-02T03:04:05.000Z')
}
