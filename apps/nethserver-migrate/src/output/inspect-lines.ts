import type { FeatureState, FileCount, Inspection } from '@nethserver-migrate/core/runner'
import { colours } from './colours.js'
import { columns } from './columns.js'
import { count, formatBytes } from './sizes.js'
import { wrap } from './wrap.js'

/** What is on an old server, for people. */
export function inspectLines(found: Inspection, width: number): string[] {
  const { system, domains, users, groups, ibays, databases, printers, features } = found
  const isCounted = users.some(({ mail }) => mail !== null)
  return [
    ...section('System', columns(systemRows(found))),
    ...section(
      `Domains (${domains.length})`,
      columns(
        domains.map(({ name, content }) => [
          name,
          `${name === system.name.split('.').slice(1).join('.') ? 'main domain, ' : ''}shows ${content || 'nothing'}`,
        ]),
      ),
    ),
    ...section(
      `Users (${users.length}, with admin)`,
      columns(
        [
          [
            'name',
            'full name',
            'password',
            ...(isCounted ? ['messages', 'mail', 'files', 'home'] : []),
          ],
          ...users.map(({ name, fullName, password, mail, home }) => [
            name,
            fullName,
            password === 'set' ? 'yes' : 'none',
            ...(isCounted ? [...numbers(mail), ...numbers(home)] : []),
          ]),
          ...(isCounted
            ? [
                [
                  'all',
                  '',
                  '',
                  ...numbers(sum(users.map(({ mail }) => mail))),
                  ...numbers(sum(users.map(({ home }) => home))),
                ],
              ]
            : []),
        ],
        [3, 4, 5, 6],
      ),
    ),
    ...section(
      `Groups (${groups.length})`,
      groups.flatMap(({ name, members }) =>
        wrap(`${name}: ${members.join(', ') || 'no members'}`, width - 2, '  '),
      ),
    ),
    ...section(
      `Ibays (${ibays.length})`,
      columns(
        [
          ['name', 'group', 'on the web', ...(isCounted ? ['files', 'size'] : []), 'description'],
          ...ibays.map(({ name, group, web, content, description }) => [
            name,
            group,
            web || 'not set',
            ...(isCounted ? numbers(content) : []),
            description,
          ]),
          ...(isCounted
            ? [['all', '', '', ...numbers(sum(ibays.map(({ content }) => content))), '']]
            : []),
        ],
        isCounted ? [3, 4] : [],
      ),
    ),
    ...section(
      `Databases (${databases.length})`,
      columns(
        databases.map(({ name, bytes }) => [name, formatBytes(bytes)]),
        [1],
      ),
    ),
    ...section(
      `Printers (${printers.length})`,
      columns(printers.map(({ name, description }) => [name, description])),
    ),
    ...faxLines(found),
    ...featureSection(features, width),
    ...installLines(found),
  ]
}

function systemRows({ system }: Inspection): string[][] {
  return [
    ['name', system.name],
    ['release', [system.product, system.release].filter(Boolean).join(' ')],
    ['mode', system.mode],
    [
      'Samba role',
      [system.sambaRole, system.workgroup && `in ${system.workgroup}`].filter(Boolean).join(' '),
    ],
    ['time zone', system.timeZone],
  ].filter(([, value]) => value !== '')
}

function faxLines({ faxes: { sent, received } }: Inspection): string[] {
  if (sent === null || received === null || sent.files + received.files === 0) return []
  return section(
    'Faxes',
    columns(
      [
        ['sent', ...numbers(sent)],
        ['received', ...numbers(received)],
      ],
      [1, 2],
    ),
  )
}

function featureSection(features: readonly FeatureState[], width: number): string[] {
  const used = features.filter(({ inUse }) => inUse)
  const rest = features.filter(({ inUse }) => !inUse)
  const mark = (isThere: boolean) => (isThere ? 'there' : 'MISSING')
  return [
    ...section(
      `Features in use (${used.length})`,
      columns([
        ['package', '', 'plugin', 'feature'],
        ...used.map((state) => [
          state.package,
          mark(state.packageInstalled),
          mark(state.pluginInstalled),
          `${state.title}${state.evidence === '' ? '' : `: ${state.evidence}`}`,
        ]),
      ]).map((line) => line.replace(/MISSING/g, (word) => colours.red(word))),
    ),
    ...(rest.length === 0
      ? []
      : section(
          `Not in use (${rest.length})`,
          wrap(rest.map(({ title }) => title).join(', '), width - 2, ''),
        )),
  ]
}

function installLines({ install, features }: Inspection): string[] {
  const used = features.filter(({ inUse }) => inUse)
  return [
    '',
    ...(install === null
      ? [`${count(used.length, 'feature')} in use, every package and plugin is there.`]
      : [colours.bold('Install what is missing:'), `  ${install}`]),
  ]
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', colours.bold(title), ...lines.map((line) => `  ${line}`)]
}

function numbers(counted: FileCount | null): string[] {
  if (counted === null) return ['', '']
  return [String(counted.files), formatBytes(counted.bytes)]
}

function sum(counts: readonly (FileCount | null)[]): FileCount {
  let files = 0
  let bytes = 0
  for (const one of counts) {
    files += one?.files ?? 0
    bytes += one?.bytes ?? 0
  }
  return { files, bytes }
}
