import type { Command, Option } from 'commander'
import { EXIT_CODES } from '../exit-codes.js'
import { visibleCommands, visibleOptions } from './commands.js'
import { examplesOf } from './examples.js'

/** Files of a destination that an administrator looks at. */
const FILES: readonly (readonly [path: string, what: string])[] = [
  ['/var/log/messages', 'what each action says: search it for [ERROR]'],
  ['/var/lib/nethserver/migration/report.txt', 'the report of the last import'],
  ['/var/lib/nethserver/migration/report.json', 'the same for programs'],
  ['/var/lib/nethserver/migration/journal.jsonl', 'every change that was made'],
  ['/etc/e-smith/events/migration-import/', 'the links of the installed plugins'],
]

/** The manual page of the command, section 8, made from what --help shows. */
export function manPage(program: Command, version: string): string {
  const commands = visibleCommands(program).filter((command) => command.name() !== 'help')
  const name = program.name()
  return `${[
    `.TH ${name.toUpperCase()} 8 "" "${name} ${version}" "System administration"`,
    '.SH NAME',
    `${escape(name)} \\- ${lowerFirst(text(program.description()))}`,
    '.SH SYNOPSIS',
    ...commands.flatMap((command) => [
      '.br',
      `.B ${escape(name)} ${escape(command.name())}`,
      `.I ${escape(command.usage())}`,
    ]),
    '.SH DESCRIPTION',
    ...DESCRIPTION.flatMap((paragraph) => ['.PP', text(paragraph)]),
    '.SH COMMANDS',
    ...commands.flatMap(commandSection),
    '.SH EXIT STATUS',
    ...Object.entries(EXIT_CODES).flatMap(([code, meaning]) => entry(code, meaning)),
    '.SH FILES',
    ...FILES.flatMap(([path, what]) => entry(path, what)),
    '.SH ENVIRONMENT',
    ...entry(`NO_COLOR`, 'when it is set, nothing is coloured'),
    '.SH SEE ALSO',
    text('The pages in /usr/share/doc/nethserver-migrate.'),
  ].join('\n')}\n`
}

const DESCRIPTION = [
  'Carries accounts, passwords, mail, files and settings of an SME Server or NethService over to a NethServer: from a full backup, which is an archive or a directory in which one was extracted.',
  'Take a full backup of the old server, install here the packages of the features that it used and the plugins that match them, look at the plan, import, read the report.',
  'The same command goes on where an import was interrupted or killed, and changes nothing where all is in place already.',
]

function commandSection(command: Command): string[] {
  return [
    `.SS ${escape(command.name())} ${escape(command.usage())}`,
    text(`${upperFirst(command.description())}.`),
    ...visibleOptions(command).flatMap(optionEntry),
    ...examplesOf(command).flatMap(([line, purpose]) => [
      '.PP',
      text(`${upperFirst(purpose)}:`),
      '.nf',
      `\\fB${escape(line)}\\fR`,
      '.fi',
    ]),
  ]
}

function optionEntry({ flags, description, defaultValue, argChoices }: Option): string[] {
  const choices = argChoices ? ` (${argChoices.join(', ')})` : ''
  const otherwise = typeof defaultValue === 'string' ? `; the default is ${defaultValue}` : ''
  return entry(flags, `${description}${choices}${otherwise}`)
}

function entry(term: string, description: string): string[] {
  return ['.TP', `\\fB${escape(term)}\\fR`, text(description)]
}

/** A line of text: one that begins with a dot or a quote would be taken for a request. */
function text(words: string): string {
  return escape(words).replace(/^([.'])/, '\\&$1')
}

function escape(words: string): string {
  return words
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('…', '\\&...')
    .replaceAll('–', '\\(en')
    .replaceAll('’', '\\(cq')
}

function upperFirst(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function lowerFirst(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1)
}
