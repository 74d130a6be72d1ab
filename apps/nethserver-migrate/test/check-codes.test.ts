// Every code that a check can say has a test that provokes it and one that does not: the cases in
// helpers/check-cases.ts, each as a check with all plugins. What else a plan says is provoked in the
// tests of its plugin.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CORE_MESSAGES } from '@nethserver-migrate/core/runner'
import { testbed } from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import { CHECK_CASES, NOTHING_WRONG, type Servers, type Situations } from './helpers/check-cases.js'
import { filesBelow, PLUGINS, WORKSPACE } from './helpers/sources.js'

/** `severity code` of all that a check says. */
async function said(servers: Servers): Promise<string[]> {
  const { like = 7, configuration = '', accounts = '', databases, files, here, filesHere } = servers
  const t = testbed({
    like,
    source: {
      databases: {
        configuration: `SystemName=old\nDomainName=example.com\n${configuration}`,
        accounts,
        ...databases,
      },
      ...(files ? { files } : {}),
    },
    destination: {
      ...(here ? { records: here } : {}),
      ...(filesHere ? { files: filesHere } : {}),
    },
  })
  await servers.then?.(t)
  const [first] = PLUGINS
  if (!first) throw new Error('there are no plugins')
  const { findings } = await t.check(first, { plugins: PLUGINS, ...servers.options })
  return findings.map(({ severity, code }) => `${severity} ${code}`)
}

const each = (situations: Situations) => Object.entries(situations)

describe.each(Object.entries(CHECK_CASES))('%s', (code, { severity, found, silent }) => {
  it.each(each(found))('is found where %s', async (_, servers) => {
    expect(await said(servers)).toContain(`${severity} ${code}`)
  })

  it.each(each(silent))('is not found where %s', async (_, servers) => {
    expect((await said(servers)).map((line) => line.split(' ')[1])).not.toContain(code)
  })
})

describe('the codes of checks', () => {
  const cases = Object.entries(CHECK_CASES)

  it('have a case each, and no case is for another code', () => {
    expect(cases.map(([code]) => code).sort()).toEqual(
      [...new Set([...codesOfRules(), ...codesInDocs()])].sort(),
    )
  })

  it('are provoked by each case, which has servers close by that do not', () => {
    expect(
      cases
        .filter(([, { found, silent }]) => each(found).length === 0 || each(silent).length === 0)
        .map(([code]) => code),
    ).toEqual([])
  })

  it('stand in docs/checks.md', () => {
    const inDocs = codesInDocs()
    expect(codesOfRules().filter((code) => !inDocs.includes(code))).toEqual([])
  })
})

describe('what else a plan says, and a check weighs', () => {
  it.each([...PLUGINS.map(({ name }) => name), 'core'])('is provoked by a test of %s', (name) => {
    const textBelow = (path: string) => filesBelow(path).map(read).join('\n')
    const tests = textBelow(`packages/${name}/test`)
    expect(
      codesThatWeigh(textBelow(`packages/${name}/src`)).filter(
        (code) => !tests.includes(code) && !(code in CHECK_CASES),
      ),
    ).toEqual([])
  })

  it.each([6, 7] as const)(
    'is not said of servers with nothing wrong: NethServer %s',
    async (like) => {
      expect(await said({ like, ...NOTHING_WRONG })).toEqual([
        'info services-restarted',
        'info configure-backup',
      ])
    },
  )
})

/** The codes of errors, warnings and tasks in the source of a plugin. */
function codesThatWeigh(text: string): string[] {
  return [...text.matchAll(/\b(?:error|warning|followUp)\([^]{0,900}?\bcode: ([^,\n]*)/g)].flatMap(
    ([, value = '']) =>
      [...value.matchAll(/'([a-z]+(?:-[a-z0-9]+)*)'/g)].map(([, code = '']) => code),
  )
}

/** What the rules of core and of plugins make, and what they give a weight of its own. */
function codesOfRules(): string[] {
  const texts = ['packages/core/src/check', ...PLUGINS.map(({ name }) => `packages/${name}/src`)]
    .flatMap(filesBelow)
    .map(read)
    .filter((text) => /\bCheck(Note|Severity)\b/.test(text))
  const words = texts.flatMap((text) => [
    ...text.matchAll(/'([a-z]+(?:-[a-z0-9]+)*)'/g),
    ...text.matchAll(/^ +([a-z]+): '(?:blocker|high|medium|info)'/gm),
  ])
  return [
    ...words.map(([, word = '']) => word),
    ...PLUGINS.flatMap(({ checks }) => Object.keys(checks?.severities ?? {})),
  ].filter(isCode)
}

function codesInDocs(): string[] {
  return [...read('docs/checks.md').matchAll(/`([a-z-]+)`/g)]
    .map(([, word = '']) => word)
    .filter(isCode)
}

function isCode(word: string): boolean {
  return [...CORE_MESSAGES, ...PLUGINS].some(({ messages }) => word in messages)
}

function read(path: string): string {
  return readFileSync(join(WORKSPACE, path), 'utf8')
}
