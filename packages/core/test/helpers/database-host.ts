import type { TestContext } from 'vitest'
import { programs, testbed, writeTree, type Mariadb } from '@nethserver-migrate/testkit'
import type { LoadDumps } from '../../src/destination/load-dumps.js'
import type { Report } from '../../src/report/report.js'
import { liveFolders, type LiveFolders } from './live-folders.js'

const DUMPS = 'home/e-smith/db/mysql'
const MYSQL = '/usr/bin/mysql'

export interface DatabaseHost extends LiveFolders {
  /** A folder with a backup that holds these dumps. */
  readonly source: string
  /** Imports dumps of the source: those named, and the accounts when there are some. */
  load(request?: Partial<LoadDumps>, mode?: 'plan' | 'apply'): Report
  /** The same, and the most memory that it took, in kB. */
  measure(request?: Partial<LoadDumps>): { report: Report; memory: number }
  /** Replaces dumps of the source. */
  dumps(texts: Readonly<Record<string, string>>): void
}

/** A live host around a real database server, in front of a source with these dumps. */
export function databaseHost(
  context: TestContext,
  { socket }: Mariadb,
  texts: Readonly<Record<string, string>>,
): DatabaseHost {
  const live = liveFolders(context, { withRootHome: true })
  const { source } = testbed()
  let names: string[] = []
  const dumps = (all: Readonly<Record<string, string>>) => {
    names = [...new Set([...names, ...Object.keys(all)])]
    for (const [name, text] of Object.entries(all))
      writeTree(source, { [`${DUMPS}/${name}.dump`]: { content: Buffer.from(text, 'latin1') } })
  }
  dumps(texts)
  writeTree(live.etc, { 'my.cnf': `[client]\nsocket=${socket}\n` })
  writeTree(live.rootHome, { '.my.cnf': '[client]\nuser=root\npassword=\n' })
  writeTree(live.varLib, {
    'nethserver/db/configuration': 'SystemName=ns\n',
    'nethserver/db/accounts': '',
  })
  programs({ rpm: '#!/bin/sh\n', logger: '#!/bin/sh\n' })
  const run = (request: Partial<LoadDumps>, mode: string) => {
    const path = (name: string) => `${DUMPS}/${name}.dump`
    const wanted: LoadDumps = {
      databases: names.filter((name) => name !== 'mysql').map(path),
      ...(names.includes('mysql') ? { accounts: path('mysql') } : {}),
      replace: false,
      ...request,
    }
    return live.run('live-dumps', source, JSON.stringify(wanted), mode) as {
      report: Report
      memory: number
    }
  }
  return {
    ...live,
    source,
    dumps,
    load: (request = {}, mode = 'apply') => run(request, mode).report,
    measure: (request = {}) => run(request, 'apply'),
  }
}

/** The text of a client that does something of its own when its input or arguments match. */
export function clientThat(pattern: string, action: string): string {
  return `#!/bin/sh
input=$(mktemp); cat >"$input"
if { echo "$@"; cat "$input"; } | grep -q -e '${pattern}'; then ${action}; fi
exec ${MYSQL} "$@" <"$input"
`
}

/** Ends the import at once, before or after the client has done its work, or when it is half done. */
export const KILLS = {
  before: 'kill -9 $PPID; exit 1',
  after: `${MYSQL} "$@" <"$input"; kill -9 $PPID; exit 1`,
  half: `head -n 3 "$input" | ${MYSQL} "$@"; kill -9 $PPID; exit 1`,
} as const

/** `outcome subject` of each change. */
export function changesOf({ changes }: Report): string[] {
  return changes.map(({ outcome, change }) => {
    switch (change.kind) {
      case 'database':
        return `${outcome} database ${change.name}`
      case 'database-account':
        return `${outcome} account ${change.account}`
      default:
        return `${outcome} ${change.kind}`
    }
  })
}

/** `severity code subject` of all that was said. */
export function saidIn({ findings }: Report): string[] {
  return findings.map(({ severity, code, subject }) => `${severity} ${code} ${subject}`)
}
