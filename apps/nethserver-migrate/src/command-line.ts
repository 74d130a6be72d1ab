import { Command, CommanderError } from 'commander'
import { describeError, isDefect } from '@nethserver-migrate/core/runner'
import type { CommandContext } from './command-context.js'
import { exitCodeOfError, exitCodesHelp, type ExitCode } from './exit-codes.js'

/** Adds commands to the command line; each calls `finish` with its exit code. */
export type Register = (program: Command, finish: CommandContext['finish']) => Promise<void> | void

/** Does what the command line says, and ends with its exit code. */
export async function runCommandLine(register: Register): Promise<void> {
  // Where nobody listens any more (`import … | head`, a lost connection) the work goes on: the log
  // and the report have it all.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  process.exitCode = await exitCode(register)
}

async function exitCode(register: Register): Promise<ExitCode> {
  let code: ExitCode = 0
  try {
    const program = commandLine()
    await register(program, (result) => {
      code = result
    })
    await program.parseAsync()
    return code
  } catch (error) {
    // Commander has printed its own message; help and version are no failures.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const { code: name, message, remedy } = describeError(error)
    process.stderr.write(`[ERROR] ${name}: ${message}${remedy ? `. ${remedy}` : ''}\n`)
    if (isDefect(error)) process.stderr.write(`${error.stack ?? ''}\n`)
    return exitCodeOfError(error)
  }
}

function commandLine(): Command {
  return new Command('nethserver-migrate')
    .description('Moves an SME Server (or NethService) backup onto a NethServer')
    .version(process.env.NETHSERVER_MIGRATE_VERSION ?? 'unbuilt')
    .exitOverride()
    .showHelpAfterError()
    .addHelpText('after', exitCodesHelp)
}
