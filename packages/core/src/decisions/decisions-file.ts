import {
  Document,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  YAMLMap,
  Pair,
  type ParsedNode,
  Scalar,
} from 'yaml'
import type { CheckFinding } from '../check/check-finding.js'
import { UsageError } from '../errors.js'
import { escapeControls, toDisplay } from '../files/bytes.js'
import {
  CONFLICT_POLICIES,
  DEFAULT_CONFLICT_POLICY,
  type ConflictPolicy,
} from '../files/transfer-plan.js'
import { answerProblem, type Answers, type Question } from './question.js'

/** A file of decisions, as it was read. */
export interface DecisionsFile {
  /** As it is shown. */
  readonly path: string
  readonly text: string
}

/** What a person has decided. */
export interface Decisions {
  /** What becomes of files whose name is taken; nothing where nobody has said. docs/files.md#merging */
  readonly onConflict: ConflictPolicy | undefined
  readonly answers: Answers
  /** Codes of findings that are accepted, each with the reason. */
  readonly accepted: ReadonlyMap<string, string>
}

const MEMBERS = ['source', 'onConflict', 'accept', 'answers'] as const

/** What becomes of the file of the old server, in the words of a choice. */
const POLICIES: Readonly<Record<ConflictPolicy, string>> = {
  skip: 'it stays in the source',
  'keep-both': 'it becomes NAME.migrated, beside the other',
  replace: 'it takes the name, and the other becomes NAME.before-migration',
}

/**
 * Reads what a person has decided. An entry without a value is no decision yet.
 * @param host the name of the old server, which the file names too.
 * @throws UsageError that names file and line of what is not understood.
 */
export function readDecisions(
  { path, text }: DecisionsFile,
  host: string,
  questions: readonly Question[],
): Decisions {
  const lines = new LineCounter()
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines })
  const refuse = (offset: number, problem: string, remedy: string) =>
    new UsageError(
      'DECISIONS_NOT_UNDERSTOOD',
      `${path}, line ${lines.linePos(offset).line}: ${escapeControls(problem)}`,
      remedy,
    )
  const [error] = document.errors
  if (error)
    throw refuse(
      error.pos[0],
      firstLine(error.message),
      'correct the line; text with a colon in it stands in quotes',
    )

  const entries = (node: unknown, what: string): Entry[] => {
    if (node === null || (isScalar(node) && node.value === '')) return []
    if (!isMap<Scalar, ParsedNode | null>(node))
      throw refuse(offsetOf(node), `${what} holds no names with values`, 'write NAME: VALUE')
    return node.items.map(({ key, value }) => ({
      name: String(key.value),
      offset: offsetOf(key),
      value,
    }))
  }
  const word = ({ name, value, offset }: Entry): string => {
    if (value === null) return ''
    if (!isScalar(value)) throw refuse(offset, `${name} is no single value`, 'write NAME: VALUE')
    return typeof value.value === 'string' ? value.value.trim() : ''
  }

  let onConflict: ConflictPolicy | undefined
  const accepted = new Map<string, string>()
  const answers = new Map<string, string>()
  for (const member of entries(document.contents, 'the file'))
    switch (member.name) {
      case 'source':
        if (word(member) !== host)
          throw refuse(
            member.offset,
            `these decisions were made for ${word(member)}, the source is ${host}`,
            'write a file of its own for each old server',
          )
        break
      case 'onConflict': {
        const answer = word(member)
        if (answer === '') break
        onConflict = CONFLICT_POLICIES.find((policy) => policy === answer)
        if (onConflict === undefined)
          throw refuse(
            member.offset,
            `onConflict cannot be ${answer}`,
            `choose one of: ${CONFLICT_POLICIES.join(', ')}`,
          )
        break
      }
      case 'accept':
        for (const entry of entries(member.value, 'accept'))
          if (word(entry) !== '') accepted.set(entry.name, word(entry))
        break
      case 'answers':
        for (const topic of entries(member.value, 'answers'))
          for (const entry of entries(topic.value, topic.name)) {
            const question = questions.find(
              (one) => one.topic === topic.name && toDisplay(one.subject) === entry.name,
            )
            if (!question)
              throw refuse(
                entry.offset,
                `there is no question ${entry.name} in ${topic.name}`,
                'correct the name, or take the line out; check --decisions adds the questions that are missing',
              )
            const answer = word(entry)
            if (answer === '') continue
            const problem = answerProblem(question, answer)
            if (problem !== undefined)
              throw refuse(entry.offset, `${entry.name} cannot be ${answer}`, problem)
            answers.set(keyOf(question.topic, entry.name), answer)
          }
        break
      default:
        throw refuse(
          member.offset,
          `${member.name} is no part of a file of decisions`,
          `it has ${MEMBERS.join(', ')}`,
        )
    }
  return {
    onConflict,
    answers: { get: (topic, subject) => answers.get(keyOf(topic, toDisplay(subject))) },
    accepted,
  }
}

/**
 * The text of a file of decisions. What stands in the earlier one stays as it is, with its comments;
 * questions and findings that are new are added to it.
 * @param earlier a text that {@link readDecisions} understands; nothing for a new file.
 */
export function decisionsText(
  earlier: string | undefined,
  host: string,
  questions: readonly Question[],
  findings: readonly CheckFinding[],
): string {
  const document =
    earlier === undefined || earlier.trim() === ''
      ? new Document(new YAMLMap())
      : parseDocument(earlier)
  const isNew = !document.has('source')
  if (isNew) {
    document.set('source', host)
    document.commentBefore = comment([
      `Decisions for the migration of ${host}.`,
      '',
      'Edit the values, save the file, and give it to both:',
      '  nethserver-migrate plan SOURCE --decisions FILE',
      '  nethserver-migrate import SOURCE --decisions FILE',
      'check --decisions FILE adds questions that are new and keeps what you wrote.',
    ])
  }
  const top = document.contents
  if (!isMap(top)) throw new Error('these decisions have no map to stand in')
  if (!top.has('onConflict'))
    add(document, top, 'onConflict', DEFAULT_CONFLICT_POLICY, [
      'What becomes of a file of the old server where this server has another one of its name.',
      ...CONFLICT_POLICIES.map((policy) => `  ${policy}: ${POLICIES[policy]}`),
      'The option --on-conflict wins over it.',
    ])
  const accept = mapAt(document, top, 'accept', [
    'Findings of the check that you accept: write after each why it does no harm here.',
    'Without a reason between the quotes it is not accepted.',
  ])
  for (const [code, messages] of worthAccepting(findings))
    if (!accept.has(code)) add(document, accept, code, '', messages)
  if (questions.length === 0) return document.toString(LAYOUT)
  const answers = mapAt(document, top, 'answers', [
    'What only you can know. The value that stands here is what holds without a decision.',
  ])
  for (const question of questions) {
    const topic = mapAt(document, answers, question.topic, [])
    const name = toDisplay(question.subject)
    if (!topic.has(name))
      add(document, topic, name, question.otherwise ?? '', [
        question.about,
        ...question.choices.map(({ answer, means }) => `  ${answer}: ${means}`),
        ...(question.free ? [`  ${question.free.means}`] : []),
      ])
  }
  return document.toString(LAYOUT)
}

const LAYOUT = { lineWidth: 0 }

interface Entry {
  readonly name: string
  readonly offset: number
  readonly value: ParsedNode | null
}

/** What would stop an import, or is heavy enough to be worth a reason. */
function worthAccepting(findings: readonly CheckFinding[]): Map<string, string[]> {
  const codes = new Map<string, string[]>()
  for (const { severity, code, message } of findings)
    if (severity === 'blocker' || severity === 'high')
      codes.set(code, [...(codes.get(code) ?? []), `${severity}: ${message}`])
  return codes
}

function mapAt(
  document: Document,
  parent: YAMLMap,
  name: string,
  about: readonly string[],
): YAMLMap {
  const there = parent.get(name, true)
  if (isMap(there)) return there
  if (parent.has(name)) parent.delete(name)
  const map = new YAMLMap()
  add(document, parent, name, map, about)
  return map
}

function add(
  document: Document,
  map: YAMLMap,
  name: string,
  value: string | YAMLMap,
  about: readonly string[],
): void {
  const key = new Scalar(name)
  key.commentBefore = comment(about.map(escapeControls))
  key.spaceBefore = map.items.length > 0
  map.add(new Pair(key, isMap(value) ? value : document.createNode(value)))
}

function comment(lines: readonly string[]): string {
  return lines.map((line) => ` ${line}`).join('\n')
}

function keyOf(topic: string, name: string): string {
  return JSON.stringify([topic, name])
}

/** Without the place, which is told in our own words. */
function firstLine(message: string): string {
  return message.replace(/ at line \d+, column \d+:[^]*/, '')
}

function offsetOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0
}
