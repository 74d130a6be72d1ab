import type { Change, PropChange, Report, ReportedChange } from '@nethserver-migrate/core/runner'
import { colours } from './colours.js'
import { describeChange, shownValue } from './describe-change.js'
import { groupBy } from './group-by.js'
import { titleOf, type Titles } from './titles.js'
import { count, formatBytes } from './sizes.js'

/**
 * Everything a run would change, or has changed: by plugin, then by action, and the events in their
 * order at the end. One by one: a large migration has a hundred thousand.
 */
export function* changeLines(
  { actions, changes, events }: Report,
  titles: Titles,
): Generator<string> {
  const byPlugin = groupBy(actions, ({ plugin }) => plugin)
  const places = new Map(actions.map(({ action }) => [action, [] as number[]]))
  const amounts = new Map([...byPlugin.keys()].map((plugin) => [plugin, new Amounts()]))
  let place = 0
  for (const { plugin, action, change } of changes) {
    places.get(action)?.push(place)
    place += 1
    amounts.get(plugin)?.add(change)
  }
  for (const [plugin, own] of byPlugin) {
    yield ''
    yield colours.bold(`${titleOf(plugin, titles)}: ${amounts.get(plugin)?.text ?? ''}`)
    for (const { action, level, outcome } of own) {
      yield `  ${action} (level ${level}): ${outcome}`
      for (const at of places.get(action) ?? []) {
        const change = changes.at(at)
        if (change) yield* changeText(change)
      }
    }
  }
  if (events.length === 0) return
  yield ''
  yield colours.bold(`Events, in this order (${events.length})`)
  for (const [index, { name, args }] of events.entries())
    yield `${String(index + 1).padStart(5)}. ${[name, ...args].join(' ')}`
}

/** What a plugin changes, counted. */
export class Amounts {
  readonly #kinds = new Map<Change['kind'], number>()
  #files = 0
  #bytes = 0

  add(change: Change): void {
    this.#kinds.set(change.kind, this.#of(change.kind) + 1)
    if (change.kind !== 'tree') return
    this.#files += change.files
    this.#bytes += change.bytes
  }

  get text(): string {
    const trees = this.#of('tree')
    const single = this.#of('file', 'folder', 'link')
    const parts: [number, string][] = [
      ...(['record', 'user', 'group', 'database'] as const).map((kind): [number, string] => [
        this.#of(kind),
        count(this.#of(kind), kind),
      ]),
      [
        trees,
        `${count(trees, 'tree')} (${count(this.#files, 'file')}, ${formatBytes(this.#bytes)})`,
      ],
      [single, count(single, 'single file or folder', 'single files and folders')],
      ...(['event', 'command'] as const).map((kind): [number, string] => [
        this.#of(kind),
        count(this.#of(kind), kind),
      ]),
    ]
    return (
      parts
        .filter(([amount]) => amount > 0)
        .map(([, text]) => text)
        .join(', ') || 'nothing to do'
    )
  }

  #of(...kinds: readonly Change['kind'][]): number {
    return kinds.reduce((sum, kind) => sum + (this.#kinds.get(kind) ?? 0), 0)
  }
}

function changeText({ change, outcome }: ReportedChange): string[] {
  const { kind, text, values, notes } = describeChange(change)
  const mark = outcome === 'skipped' || outcome === 'failed' ? ` (${outcome})` : ''
  return [
    `    ${kind.padEnd(9)} ${text}${mark}`,
    ...values.map(([name, pair]) => `              ${name} ${arrow(pair)}`),
    ...notes.map((note) => `              ${note}`),
  ]
}

function arrow([before, after]: PropChange): string {
  return `${colours.red(shownValue(before))} → ${colours.green(shownValue(after))}`
}
