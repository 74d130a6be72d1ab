import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CheckFinding } from '../src/check/check-finding.js'
import { decisionsText, readDecisions } from '../src/decisions/decisions-file.js'
import type { Question } from '../src/decisions/question.js'
import { thrownBy } from './helpers/thrown-by.js'

const HOST = 'old.example.com'
const SHOP: Question = {
  topic: 'web',
  subject: 'shop',
  about: 'Ibay shop was on the web.',
  choices: [
    { answer: 'later', means: 'a task' },
    { answer: 'share', means: 'nothing' },
  ],
  free: {
    means: 'or host names',
    problem: (answer) => (answer.includes('.') ? undefined : 'write a host name'),
  },
  otherwise: 'later',
}
const DOOR: Question = { ...SHOP, topic: 'colour', subject: 'door' }
const bare: Question = {
  topic: SHOP.topic,
  subject: SHOP.subject,
  about: SHOP.about,
  choices: SHOP.choices,
}
const OPEN: Question = { ...bare, subject: 'open' }
const FINDING: CheckFinding = {
  severity: 'blocker',
  code: 'no-room',
  subject: '/',
  message: 'there is no room',
  remedy: '',
  plugin: '',
}

const WRITTEN = `# Decisions for the migration of old.example.com.
#
# Edit the values, save the file, and give it to both:
#   nethserver-migrate plan SOURCE --decisions FILE
#   nethserver-migrate import SOURCE --decisions FILE
# check --decisions FILE adds questions that are new and keeps what you wrote.

source: old.example.com

# What becomes of a file of the old server where this server has another one of its name.
#   skip: it stays in the source
#   keep-both: it becomes NAME.migrated, beside the other
#   replace: it takes the name, and the other becomes NAME.before-migration
# The option --on-conflict wins over it.
onConflict: keep-both

# Findings of the check that you accept: write after each why it does no harm here.
# Without a reason between the quotes it is not accepted.
accept:
  # blocker: there is no room
  no-room: ""

# What only you can know. The value that stands here is what holds without a decision.
answers:
  web:
    # Ibay shop was on the web.
    #   later: a task
    #   share: nothing
    #   or host names
    shop: later

    # Ibay shop was on the web.
    #   later: a task
    #   share: nothing
    open: ""
`

const read = (text: string, questions: readonly Question[] = [SHOP, OPEN]) =>
  readDecisions({ path: 'decisions.yml', text }, HOST, questions)

describe('a file of decisions', () => {
  it('is written with a default and a comment for each question', () => {
    expect(decisionsText(undefined, HOST, [SHOP, OPEN], [FINDING])).toBe(WRITTEN)
  })

  it('is read as it was written: nothing is decided where no value stands', () => {
    const { answers, accepted } = read(WRITTEN)
    expect([answers.get('web', 'shop'), answers.get('web', 'open'), [...accepted]]).toEqual([
      'later',
      undefined,
      [],
    ])
  })

  it('is not touched when nothing is new', () => {
    expect(decisionsText(WRITTEN, HOST, [SHOP, OPEN], [FINDING])).toBe(WRITTEN)
  })

  it('keeps answers and comments of a person, and gets the questions that are new', () => {
    const edited = WRITTEN.replace('shop: later', 'shop: www.example.com # for good').replace(
      'no-room: ""',
      'no-room: a disk comes tomorrow',
    )
    const more = { ...FINDING, code: 'no-light', severity: 'high' as const }
    const text = decisionsText(edited, HOST, [SHOP, OPEN, DOOR], [FINDING, more])
    expect(text).toContain('shop: www.example.com # for good')
    expect(text).toContain('  # high: there is no room\n  no-light: ""')
    expect(text).toContain('  colour:\n    # Ibay shop was on the web.')
    const { answers, accepted } = read(text, [SHOP, OPEN, DOOR])
    expect([answers.get('web', 'shop'), answers.get('colour', 'door'), [...accepted]]).toEqual([
      'www.example.com',
      'later',
      [['no-room', 'a disk comes tomorrow']],
    ])
  })

  it.each(['skip', 'keep-both', 'replace'])('may decide about conflicts: %s', (policy) => {
    expect(read(WRITTEN.replace('keep-both\n', `${policy}\n`)).onConflict).toBe(policy)
  })

  it('decides nothing about conflicts where no policy stands', () => {
    expect(read(WRITTEN.replace('onConflict: keep-both', 'onConflict:')).onConflict).toBeUndefined()
    expect(read(`source: ${HOST}\n`).onConflict).toBeUndefined()
  })

  it('of an older program gets the question about conflicts', () => {
    const older = WRITTEN.replace(/# What becomes of a file[^]*?keep-both\n\n(?=# Find)/, '')
    expect(decisionsText(older, HOST, [SHOP, OPEN], [FINDING])).toMatch(
      /open: ""\n\n# What becomes of a file [^]*\nonConflict: keep-both\n$/,
    )
  })

  it.each([
    ['shop: later', 'shpo: later', 'line 30: there is no question shpo in web'],
    ['shop: later', 'shop: never', 'line 30: shop cannot be never'],
    ['answers:', 'anwsers:', 'line 24: anwsers is no part of a file of decisions'],
    ['  web:', '  wbe:', 'line 30: there is no question shop in wbe'],
    [
      'source: old',
      'source: other',
      'line 8: these decisions were made for other.example.com, the source is old.example.com',
    ],
    [
      'no-room: ""',
      'no-room: because: so',
      'line 21: Nested mappings are not allowed in compact mappings',
    ],
    ['onConflict: keep-both', 'onConflict: both', 'line 15: onConflict cannot be both'],
    ['shop: later', 'shop: [later]', 'line 30: shop is no single value'],
    ['  web:', '  - web', 'line 25: answers holds no names with values'],
  ])('names file and line of what it does not understand: %s → %s', (good, bad, message) => {
    expect(
      thrownBy(() =>
        read(WRITTEN.replace(good, bad).replace(/answers:\n {2}- web[^]*/, 'answers:\n  - web\n')),
      ),
    ).toMatchObject({
      code: 'DECISIONS_NOT_UNDERSTOOD',
      message: `decisions.yml, ${message}`,
    })
  })

  it('holds every name and every answer that there can be', () => {
    const word = fc.string({ minLength: 1 }).filter((text) => text.trim() === text)
    fc.assert(
      fc.property(word, word, (subject, otherwise) => {
        const ascii = Buffer.from(subject, 'utf8').toString('latin1')
        const question: Question = {
          ...bare,
          subject: ascii,
          choices: [{ answer: otherwise, means: 'x' }],
          otherwise,
        }
        const text = decisionsText(undefined, HOST, [question], [])
        expect(read(text, [question]).answers.get('web', ascii)).toBe(otherwise)
        expect(decisionsText(text, HOST, [question], [])).toBe(text)
      }),
      { numRuns: 100 },
    )
  })
})
