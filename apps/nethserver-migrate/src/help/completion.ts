import type { Command, Option } from 'commander'
import { valueName, visibleCommands, visibleOptions } from './commands.js'

export const SHELLS = ['bash', 'zsh'] as const

export type Shell = (typeof SHELLS)[number]

/** What completes a value: one of these words, a plugin, or the names of files, or of folders alone. */
type Values = readonly string[] | 'plugins' | 'files' | 'folders' | 'nothing'

/**
 * The completion of a shell for all commands and their options.
 * @param plugins the names that `--only` can take
 */
export function completionScript(
  shell: Shell,
  program: Command,
  plugins: readonly string[],
): string {
  return shell === 'bash' ? bashScript(program, plugins) : zshScript(program, plugins)
}

function valuesOf(option: Option): Values | undefined {
  const name = valueName(option)
  if (name === undefined) return undefined
  if (option.argChoices) return option.argChoices
  if (name === 'plugin') return 'plugins'
  if (name === 'dir') return 'folders'
  return name === 'file' ? 'files' : 'nothing'
}

function bashScript(program: Command, plugins: readonly string[]): string {
  const names = visibleCommands(program).map((command) => command.name())
  const values = visibleCommands(program).flatMap((command) =>
    visibleOptions(command).flatMap((option) => {
      const completed = valuesOf(option)
      return completed === undefined
        ? []
        : [`    '${command.name()} ${option.long}') ${bashValues(completed)}; return ;;`]
    }),
  )
  const options = visibleCommands(program).map(
    (command) => `    ${command.name()}) options='${longOptions(command).join(' ')}' ;;`,
  )
  return `# Completes nethserver-migrate in bash: nethserver-migrate completion bash
_nethserver_migrate() {
  local current="\${COMP_WORDS[COMP_CWORD]}" options=''
  local plugins='${plugins.join(' ')}'
  COMPREPLY=()
  if [ "$COMP_CWORD" = 1 ]; then
    COMPREPLY=($(compgen -W '${[...names, '--help', '--version'].join(' ')}' -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]} \${COMP_WORDS[COMP_CWORD-1]}" in
${values.join('\n')}
    'completion completion') ${bashValues(SHELLS)}; return ;;
    'help help') ${bashValues(names)}; return ;;
  esac
  case "\${COMP_WORDS[1]}" in
${options.join('\n')}
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$options" -- "$current")) ;;
    *) ${bashValues('files')} ;;
  esac
}
complete -o filenames -F _nethserver_migrate nethserver-migrate
`
}

/** Names of files are taken line by line: they may hold blanks. */
function bashValues(values: Values): string {
  switch (values) {
    case 'files':
      return `mapfile -t COMPREPLY < <(compgen -f -- "$current")`
    case 'folders':
      return `mapfile -t COMPREPLY < <(compgen -d -- "$current")`
    case 'plugins':
      return `COMPREPLY=($(compgen -W "$plugins" -- "$current"))`
    case 'nothing':
      return ':'
    default:
      return `COMPREPLY=($(compgen -W '${values.join(' ')}' -- "$current"))`
  }
}

function zshScript(program: Command, plugins: readonly string[]): string {
  const commands = visibleCommands(program)
  const described = commands.map(
    (command) => `    ${quoted(`${command.name()}:${command.description()}`)}`,
  )
  const cases = commands.map((command) => {
    const specs = visibleOptions(command).map((option) => zshOption(option, plugins))
    const rest =
      command.name() === 'completion' ? `'1:shell:(${SHELLS.join(' ')})'` : "'*:file:_files'"
    return `    ${command.name()}) _arguments ${[...specs, rest].join(' \\\n      ')} ;;`
  })
  return `#compdef nethserver-migrate
# Completes nethserver-migrate in zsh: nethserver-migrate completion zsh
_nethserver_migrate() {
  local -a commands=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT -= 1 ))
  case $command in
${cases.join('\n')}
  esac
}
compdef _nethserver_migrate nethserver-migrate
`
}

function zshOption(option: Option, plugins: readonly string[]): string {
  const description = option.description.replace(/[[\]:]/g, '\\$&')
  const values = valuesOf(option)
  if (values === undefined) return quoted(`${option.long}[${description}]`)
  const action = {
    plugins: `(${plugins.join(' ')})`,
    files: '_files',
    folders: '_files -/',
    nothing: ' ',
  }
  const completed = typeof values === 'string' ? action[values] : `(${values.join(' ')})`
  return quoted(`${option.long}=[${description}]:${valueName(option)}:${completed}`)
}

function longOptions(command: Command): string[] {
  return visibleOptions(command).flatMap(({ long }) => long ?? [])
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
