import type { Bytes } from '@nethserver-migrate/esmith-db'
import type { Destination } from '../destination/destination.js'
import type { Source } from '../source/source.js'

/** What may be looked at before an import. Every request for a change throws. */
export interface LookContext {
  readonly source: Source
  readonly destination: Destination
}

/** Something that only a person can choose, as data. docs/decisions.md */
export interface Question {
  /** Kebab-case: questions of one topic stand together in the file. */
  readonly topic: string
  /** What it is about, the same for every source: an ibay, for instance. */
  readonly subject: Bytes
  /** The comment above the answer: what it was, one sentence or two. */
  readonly about: string
  /** The words that are an answer, each with what it means. */
  readonly choices: readonly Choice[]
  /** Another kind of answer, where there is one. */
  readonly free?: FreeAnswer
  /** What holds without an answer. Without it, a question without an answer stops the import. */
  readonly otherwise?: string
}

export interface Choice {
  readonly answer: string
  readonly means: string
}

export interface FreeAnswer {
  /** `host names, separated by commas: shown on these alone`. */
  readonly means: string
  /** Why a text is no such answer, or nothing. */
  problem(answer: string): string | undefined
}

/** What a person has answered. */
export interface Answers {
  /** The answer to a question; nothing where there is none. */
  get(topic: string, subject: Bytes): string | undefined
}

/** Nobody was asked. */
export const noAnswers: Answers = { get: () => undefined }

/** Why a text is no answer to a question, or nothing. */
export function answerProblem({ choices, free }: Question, answer: string): string | undefined {
  if (choices.some((choice) => choice.answer === answer)) return undefined
  const words = choices.map((choice) => choice.answer).join(', ')
  return free === undefined ? `choose one of: ${words}` : free.problem(answer)
}
