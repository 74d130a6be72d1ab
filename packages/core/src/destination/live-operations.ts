import { describeError, MigrateError } from '../errors.js'
import { baseName, toText, type Bytes } from '../files/bytes.js'
import type { Host, HostTask, Together } from '../host/host.js'
import type { OperationResult } from './operation.js'
import type { OperationRunner } from './operation-runner.js'

/** One of several steps that belong together. */
export type Step = (
  | { readonly event: string; readonly args?: readonly Bytes[] }
  | {
      readonly command: readonly string[]
      /** What it does, where the command itself does not tell people. */
      readonly about?: string
    }
) & {
  /** Taken even when one before it failed: what was stopped is started again. */
  readonly always?: true
}

/** What a program reads about one of many. */
export interface Part {
  /** What it is about, in words that are the same in every run: `user mrossi`. Never a secret. */
  readonly about: string
  /** May be a secret. */
  readonly input: Bytes
}

export interface SignalFor {
  readonly args: readonly Bytes[]
  /** As in {@link Destination.signalEvent}. */
  readonly onlyFor: readonly OperationResult[]
}

type Program = { readonly command: readonly string[] } & Pick<Together, 'together'>

/** So many events are journalled and signalled at once; a run can be stopped between. */
const EVENTS_PER_BATCH = 200

/** Operations that take more than one event or program, or one program for many accounts. */
export class LiveOperations {
  readonly #runner: OperationRunner
  readonly #performTasks: Host['perform']

  constructor(runner: OperationRunner, performTasks: Host['perform']) {
    this.#runner = runner
    this.#performTasks = performTasks
  }

  async runTogether(name: string, steps: readonly Step[]): Promise<OperationResult> {
    const operations = steps.map((step) => {
      const { change, events, task } = describeStep(step)
      const key = `event:${this.#runner.action}:${name}:${JSON.stringify(task)}`
      const ends = step.always ? { always: step.always } : {}
      return { key, change, events, task: { ...task, together: name, ...ends } }
    })
    const holds = operations.every(({ key }) => this.#runner.doneAt(key) > 0)
    const results = await this.#runner.perform(
      operations.map((operation) => ({ ...operation, holds })),
      async (batch, since) => {
        const errors = await this.#performTasks(
          batch.map(({ task }) => task),
          since,
        )
        return batch.map(({ change }, index) =>
          failedFor('about' in change ? change.about : undefined, errors[index]),
        )
      },
    )
    const last = results[results.length - 1] ?? { outcome: 'unchanged', key: '' }
    return results.find(({ outcome }) => outcome === 'failed') ?? last
  }

  async runForEach(
    command: readonly string[],
    parts: readonly Part[],
    order: { readonly together?: string } = {},
  ): Promise<OperationResult[]> {
    const operations = parts.map(({ about, input }) => {
      const key = `input:${this.#runner.action}:${JSON.stringify(command)}:${about}`
      const change = { kind: 'command' as const, command, about }
      return { key, change, holds: this.#runner.doneAt(key) > 0, input }
    })
    return this.#runner.perform(operations, (batch, since) =>
      this.#feed(
        { command, ...order },
        batch.map(({ change: { about }, input }) => ({ about, input })),
        since,
      ),
    )
  }

  async signalForEach(event: string, signals: readonly SignalFor[]): Promise<OperationResult[]> {
    const results: OperationResult[] = []
    await this.#runner.commitRecords()
    for (let start = 0; start < signals.length; start += EVENTS_PER_BATCH) {
      const operations = signals.slice(start, start + EVENTS_PER_BATCH).map(({ args, onlyFor }) => {
        const { change, events, task } = describeStep({ event, args })
        const key = `event:${this.#runner.action}:${JSON.stringify(task)}`
        return { key, change, events, task, holds: this.#runner.isApplied(key, onlyFor) }
      })
      results.push(
        ...(await this.#runner.perform(operations, (batch, since) =>
          this.#performTasks(
            batch.map(({ task }) => task),
            since,
          ),
        )),
      )
    }
    return results
  }

  /** Feeds all parts to one program; when it fails, halves of them, until the culprits are alone. */
  async #feed(
    program: Program,
    parts: readonly Part[],
    since: number,
  ): Promise<(Error | undefined)[]> {
    const error = await this.#readBy(program, parts, since)
    if (!error) return parts.map(() => undefined)
    // A program that fails with nothing to read fails whatever it reads.
    if (parts.length === 1 || (await this.#readBy(program, [], since)))
      return parts.map(({ about }) => failedFor(about, error))
    const half = Math.ceil(parts.length / 2)
    return [
      ...(await this.#feed(program, parts.slice(0, half), since)),
      ...(await this.#feed(program, parts.slice(half), since)),
    ]
  }

  async #readBy(
    program: Program,
    parts: readonly Part[],
    since: number,
  ): Promise<Error | undefined> {
    // Named after a part that no other batch has: the files of several may wait in one queue.
    const name = [baseName(program.command[0] ?? ''), parts[0]?.about ?? 'nothing'].join('-')
    const content = () => parts.map(({ input }) => input).join('')
    const secretInput = { name: name.replace(/[^\w.$-]+/g, '-'), content }
    const [error] = await this.#performTasks([{ ...program, secretInput }], since)
    return error
  }
}

/** What, or whom, it is about stands in the log, too. */
function failedFor(about: string | undefined, error: Error | undefined): Error | undefined {
  if (!error || about === undefined) return error
  const { code, message, remedy } = describeError(error)
  return new MigrateError(code, `${about}: ${message}`, remedy)
}

function describeStep(step: Step) {
  if ('command' in step) {
    const { command, about } = step
    const change = { kind: 'command' as const, command, ...(about === undefined ? {} : { about }) }
    return { change, events: [], task: { command } }
  }
  const { event } = step
  const args = (step.args ?? []).map(toText)
  return {
    change: { kind: 'event' as const, event, args },
    events: [{ name: event, args }],
    task: { event, args },
  } satisfies { task: HostTask; change: unknown; events: unknown }
}
