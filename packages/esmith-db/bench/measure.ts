// measure.ts FILE: opens a database, merges into each of its records and commits. Prints how long
// that took, and the memory.
import { performance } from 'node:perf_hooks'
import { Database, type Change } from '../src/index.js'

const [path = ''] = process.argv.slice(2)

const start = performance.now()
const database = Database.open(path)
const opened = performance.now()

const changes = database.table.keys().map((key): Change => ({
  kind: 'merge',
  key,
  props: { EmailForward: 'both', MailStatus: 'enabled' },
}))
const { results } = await database.commit(changes)
const committed = performance.now()

const changed = results.filter(({ outcome }) => outcome === 'changed').length
const peak = process.resourceUsage().maxRSS * 1024
console.log(`records changed  ${changed}`)
console.log(`open             ${seconds(opened - start)}`)
console.log(`merge and commit ${seconds(committed - opened)}`)
console.log(`total            ${seconds(committed - start)}`)
console.log(`peak RSS         ${Math.round(peak / 1e6)} MB`)

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`
}
