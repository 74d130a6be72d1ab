import { UsageError } from '@nethserver-migrate/core/runner'
import type { Command } from 'commander'
import { distance } from 'fastest-levenshtein'
import type { CommandContext } from '../command-context.js'
import { exitCodesHelp } from '../exit-codes.js'
import { addExamples } from '../help/examples.js'
import { explanations, type Explanation } from '../messages/explanations.js'
import { colours } from '../output/colours.js'
import { wrapped } from '../output/wrapped.js'

/** What one code means, whoever says it. The case of letters does not matter. */
function explained(code: string, all: readonly Explanation[]): Explanation[] {
  const found = all.filter((one) => one.code.toLowerCase() === code.toLowerCase())
  if (found.length > 0) return found
  const near = nearest(code, [...new Set(all.map((one) => one.code))])
  throw new UsageError(
    'UNKNOWN_CODE',
    `there is no code ${code}`,
    near.length > 0
      ? `did you mean ${near.join(' or ')}?`
      : 'nethserver-migrate explain lists all codes',
  )
}

/** A part of a code stands for all that have it; otherwise slips of the keyboard are forgiven. */
function nearest(text: string, codes: readonly string[]): string[] {
  const wanted = text.toLowerCase()
  const slips = Math.max(2, Math.floor(wanted.length / 4))
  const distances = codes.map((code) => ({
    code,
    away: code.toLowerCase().includes(wanted) ? 0 : distance(code.toLowerCase(), wanted),
  }))
  return distances
    .filter(({ away }) => away <= slips)
    .sort((a, b) => a.away - b.away)
    .slice(0, 5)
    .map(({ code }) => code)
}

function pageOf({ code, from, severity, means, remedy }: Explanation): string[] {
  const width = Math.min(process.stdout.columns || 80, 100) - 2
  const paragraph = (text: string) => wrapped(text, width).map((line) => `  ${line}`)
  return [
    `${colours.bold(code)} (${[severity, from].flatMap((part) => part ?? []).join(', ')})`,
    '',
    ...paragraph(means),
    '',
    colours.bold('What to do'),
    '',
    ...paragraph(remedy || 'Nothing has to be done.'),
  ]
}

/** One line for each code, below who says it. */
function listOf(all: readonly Explanation[]): string[] {
  const width = Math.max(...all.map(({ code }) => code.length))
  return [...new Set(all.map(({ from }) => from))].flatMap((speaker, index) => [
    ...(index === 0 ? [] : ['']),
    colours.bold(speaker),
    ...all
      .filter(({ from }) => from === speaker)
      .map(({ code, means }) => cut(`  ${code.padEnd(width)}  ${firstSentence(means)}`)),
  ])
}

/** On a terminal a line stays one. */
function cut(line: string): string {
  const { isTTY, columns } = process.stdout
  return isTTY && line.length > columns ? `${line.slice(0, columns - 1)}…` : line
}

function firstSentence(text: string): string {
  return /^.*?\.(?= [A-Z`]|$)/.exec(text)?.[0] ?? text
}

export function registerExplain(program: Command, { loaded, finish }: CommandContext): void {
  const command = program
    .command('explain')
    .description('what a code of the log or the report means, and what to do')
    .argument('[code]', 'such as no-accounts-provider or NOT_ROOT; without it all are listed')
    .option('--json', 'one JSON document on standard output')
    .action((code: string | undefined, { json = false }: { json?: boolean }) => {
      const all = explanations(loaded.plugins)
      const found = code === undefined ? all : explained(code, all)
      const lines =
        code === undefined
          ? listOf(found)
          : found.flatMap((one, index) => [...(index === 0 ? [] : ['']), ...pageOf(one)])
      process.stdout.write(json ? `${JSON.stringify(found)}\n` : `${lines.join('\n')}\n`)
      finish(0)
    })
  addExamples(command, [
    ['nethserver-migrate explain no-accounts-provider', 'what a finding means, and what to do'],
    ['nethserver-migrate explain', 'all codes'],
  ])
  command.addHelpText('after', exitCodesHelp)
}
