import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fillMailboxes, makeSource, people, stage } from './office.js'
import { limitRow, type Bench, type Row } from './row.js'
import { migrate, migrateMeasured } from './run.js'

const MESSAGES = 200

/** A large server: planned, and imported with all plugins. */
export function wholeRows({ here, isSmall }: Bench): Row[] {
  const [source, root] = [join(here, 'source'), join(here, 'root')]
  const names = people(isSmall ? 1_000 : 10_000)
  const readers = names.slice(0, names.length / 20)
  makeSource(source, names)
  fillMailboxes(source, readers, MESSAGES)
  stage(root)
  const planned = migrate('plan', source, '--root', root)
  const { seconds, memory } = migrateMeasured('import', source, '--root', root)
  for (const path of [source, root]) rmSync(path, { recursive: true })
  const what = `${names.length} accounts and ${readers.length * MESSAGES} messages`
  return [
    limitRow(`the plan of ${what}`, planned, 's', 5),
    limitRow(`the import of ${what}`, seconds, 's'),
    limitRow('the most memory of that import', memory, 'MB', 150),
  ]
}
