// Every code that can be printed is explained, nothing else is, and docs/messages.md shows it all.
// After a change of the messages, UPDATE_README=1 renews the page.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CORE_MESSAGES, type MessageGroup } from '@nethserver-migrate/core/runner'
import { describe, expect, it } from 'vitest'
import { APP_MESSAGES } from '../src/messages/app-messages.js'
import { codesMade, filesBelow, PLUGINS, WORKSPACE } from './helpers/sources.js'

const PAGE = join(WORKSPACE, 'docs/messages.md')

const PLUGIN_MESSAGES: readonly MessageGroup[] = PLUGINS.map(({ name, messages }) => ({
  title: name,
  messages,
}))
const CORE_CODES = codesOf(CORE_MESSAGES)

describe.each([
  {
    speaker: 'core',
    folders: ['packages/core/src', 'packages/esmith-db/src/errors.ts'],
    explained: CORE_CODES,
  },
  {
    speaker: 'the app',
    folders: ['apps/nethserver-migrate/src'],
    explained: codesOf(APP_MESSAGES),
  },
  ...PLUGIN_MESSAGES.map((group) => ({
    speaker: group.title,
    folders: [`packages/${group.title}/src`],
    explained: codesOf([group]),
  })),
])('$speaker', ({ speaker, folders, explained }) => {
  const text = folders
    .flatMap(filesBelow)
    .filter((file) => !/\/messages(\/|\.ts$)/.test(file))
    .map((file) => readFileSync(join(WORKSPACE, file), 'utf8'))
    .join('\n')

  it('explains every code that it makes', () => {
    expect(codesMade(text).filter((code) => ![...CORE_CODES, ...explained].includes(code))).toEqual(
      [],
    )
  })

  it('explains no code that it does not make', () => {
    expect(
      explained.filter((code) => !text.includes(`'${code}'`) && !text.includes(` ${code}: '`)),
    ).toEqual([])
  })

  it('explains no code twice', () => {
    const others = speaker === 'core' ? [] : CORE_CODES
    expect(explained.filter((code) => others.includes(code))).toEqual([])
    expect(new Set(explained).size).toBe(explained.length)
  })
})

it('finds the codes of the sources', () => {
  expect(
    codesMade(
      "{ code: 'a-b' } ; code: known ? 'c' : 'd-e',\n new Oops('F_G', 'no code') ; code, x",
    ),
  ).toEqual(['F_G', 'a-b', 'c', 'd-e'])
})

it('speaks in whole sentences, and closes what is in backticks', () => {
  const texts = [...CORE_MESSAGES, ...APP_MESSAGES, ...PLUGIN_MESSAGES].flatMap(({ messages }) =>
    Object.values(messages).flatMap(({ means, remedy }) => (remedy ? [means, remedy] : [means])),
  )
  expect(
    texts.filter((text) => !/^[`A-Z][^\n]*[.`]$/.test(text) || text.split('`').length % 2 === 0),
  ).toEqual([])
})

it('shows every code in docs/messages.md', () => {
  const page = [
    '# Messages',
    '<!-- Made from the messages of core, the app and the plugins: UPDATE_README=1 renews it. -->',
    'A log line begins with `[INFO]`, `[NOTICE]`, `[WARNING]` or `[ERROR]`. An error that ends the command, or an operation, carries a code in capitals; a finding of a run carries a code in small letters, which `--json` and the report show. `nethserver-migrate explain CODE` prints what stands here.',
    ...[...CORE_MESSAGES, ...APP_MESSAGES, ...PLUGIN_MESSAGES]
      .filter(({ messages }) => Object.keys(messages).length > 0)
      .flatMap(({ title, messages }) => [
        `## ${title}`,
        ...Object.entries(messages).flatMap(([code, { means, remedy }]) => [
          `### ${code}`,
          means,
          `**What to do:** ${remedy || 'Nothing has to be done.'}`,
        ]),
      ]),
  ]
  const text = `${page.join('\n\n')}\n`
  if (process.env.UPDATE_README) writeFileSync(PAGE, text)
  expect(readFileSync(PAGE, 'utf8')).toBe(text)
})

function codesOf(groups: readonly MessageGroup[]): string[] {
  return groups.flatMap(({ messages }) => Object.keys(messages))
}
