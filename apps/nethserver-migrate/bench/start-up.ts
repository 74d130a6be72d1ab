import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { node16 } from '@nethserver-migrate/node16'
import { makeSource, stage } from './office.js'
import type { Bench, Row } from './row.js'
import { COMMAND, inTurns, timed } from './run.js'

const MOST = 60

/** What a linked action costs that finds nothing to do. */
export function startUpRows({ here, isSmall }: Bench): Row[] {
  const [source, root] = [join(here, 'source'), join(here, 'root')]
  makeSource(source, [])
  stage(root)
  const action = ['run-action', 'nethserver-ejabberd-migrate', 'migration-import', source]
  const rows = [process.execPath, node16].map((node): Row => {
    const { linked, bare } = inTurns(isSmall ? 3 : 20, {
      linked: () => timed(node, COMMAND, ...action, '--root', root),
      bare: () => timed(node, '-e', '0'),
    })
    return {
      what: `a linked action that does nothing, Node ${node === node16 ? '16' : process.version}`,
      value: linked * 1000,
      unit: 'ms',
      beside: { what: 'node -e 0', value: bare * 1000 },
      aim: `≤ ${MOST} ms more`,
      isMet: (linked - bare) * 1000 <= MOST,
    }
  })
  for (const path of [source, root]) rmSync(path, { recursive: true })
  return rows
}
