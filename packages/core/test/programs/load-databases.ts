// Loads the dumps that wait in a folder of the live host; prints how it ended and what was said.
// Run where "live" is a namespace of its own.
import type { Finding } from '../../src/report/findings.js'
import { noProgress } from '../../src/report/progress.js'
import { Interruption } from '../../src/run/interruption.js'
import { loadDatabases, type LoadDatabasesOptions } from '../../src/run/load-databases.js'

const said: string[] = []
const good = await loadDatabases({
  ...(JSON.parse(process.argv[2] ?? '') as Pick<
    LoadDatabasesOptions,
    'folder' | 'sourceHost' | 'replace' | 'rootPassword'
  >),
  progress: noProgress,
  interruption: new Interruption(),
  onFinding: ({ severity, code, subject }: Finding) => said.push(`${severity} ${code} ${subject}`),
})
process.stdout.write(JSON.stringify({ good, said }))
