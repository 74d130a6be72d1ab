import type { Command, Option } from 'commander'

/** The commands that --help names, in its order. */
export function visibleCommands(program: Command): readonly Command[] {
  return program.createHelp().visibleCommands(program)
}

/** The options of a command that --help names, in its order. */
export function visibleOptions(command: Command): readonly Option[] {
  return command.createHelp().visibleOptions(command)
}

/** What an option's value is: `DIR` of `--root <dir>`; nothing for one without a value. */
export function valueName({ flags }: Option): string | undefined {
  return /[<[]([a-z-]+)/.exec(flags)?.[1]
}
