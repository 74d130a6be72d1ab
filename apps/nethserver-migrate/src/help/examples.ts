import type { Command } from 'commander'

/** A command line, and what it is for. */
export type Example = readonly [line: string, purpose: string]

const known = new WeakMap<Command, readonly Example[]>()

/** Shows examples in the `--help` of a command, and in the man page. */
export function addExamples(command: Command, examples: readonly Example[]): void {
  known.set(command, examples)
  const width = Math.max(...examples.map(([line]) => line.length))
  const lines = examples.map(([line, purpose]) => `  ${line.padEnd(width)}  ${purpose}`)
  command.addHelpText('after', ['', 'Examples:', ...lines].join('\n'))
}

export function examplesOf(command: Command): readonly Example[] {
  return known.get(command) ?? []
}
