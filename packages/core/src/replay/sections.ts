import type { QueueLine } from './queue.js'

/**
 * Which steps of the queue are taken anew together. Steps of one name may come in several batches:
 * each ends with the steps that are always taken, which start again what was stopped for it.
 * docs/staging.md#the-queue
 */
export class Sections {
  readonly #sections = new Map<QueueLine, QueueLine[]>()

  constructor(lines: readonly QueueLine[]) {
    const open = new Map<string, QueueLine[]>()
    for (const line of lines) {
      const { together, always } = line.task
      if (together === undefined) continue
      const current = open.get(together)
      const isOver = current?.[current.length - 1]?.task.always === true && !always
      const section = current && !isOver ? current : []
      section.push(line)
      open.set(together, section)
      this.#sections.set(line, section)
    }
  }

  /** All lines that are taken anew with this one, in order: itself where it stands alone. */
  of(line: QueueLine): readonly QueueLine[] {
    return this.#sections.get(line) ?? [line]
  }
}
