import { toDisplay } from '@nethserver-migrate/core/runner'
import type { EsmithRecord, RecordTableView } from '@nethserver-migrate/core'

/** Which props of the source's records were looked at, and by which plugin. */
export class RecordedReads {
  readonly #reads = new Map<string, Set<string>>()
  /** The plugin whose action runs. */
  reader = ''

  /** Who has looked at a prop, by its names as a report shows them. */
  readersOf(database: string, key: string, prop: string): ReadonlySet<string> {
    return this.#reads.get([database, key, prop].join('/')) ?? new Set()
  }

  /** A table that writes down what is read of it. */
  watch(database: string, table: RecordTableView): RecordTableView {
    const note = (key: string, prop: string) => {
      const id = [database, toDisplay(key), toDisplay(prop)].join('/')
      const readers = this.#reads.get(id) ?? new Set()
      readers.add(this.reader)
      this.#reads.set(id, readers)
    }
    const watched = (record: EsmithRecord): EsmithRecord => ({
      ...record,
      props: new Proxy(record.props, {
        get(props, name) {
          if (typeof name === 'string') note(record.key, name)
          return Reflect.get(props, name) as unknown
        },
      }),
    })
    return new Proxy(table, {
      get(target, name) {
        if (name === 'get')
          return (key: string) => {
            const record = target.get(key)
            return record && watched(record)
          }
        if (name === 'records')
          return (type?: string) => target.records(type).map((record) => watched(record))
        if (name === 'prop')
          return (key: string, prop: string) => {
            note(key, prop)
            return target.prop(key, prop)
          }
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
  }
}
