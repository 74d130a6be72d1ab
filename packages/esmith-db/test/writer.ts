// One of the writers of the concurrency tests:
//   writer.ts FILE NAME COMMITS CHANGES
// Each commit adds CHANGES records, and one prop to the record that all writers share. An error
// ends it with status 1 and the error's code on stdout.
import { Database, DatabaseError, type Change } from '../src/index.js'

const [path = '', name = '', commits = '0', changes = '0'] = process.argv.slice(2)

try {
  const database = Database.open(path)
  for (let commit = 0; commit < Number(commits); commit++) {
    const records = Array.from({ length: Number(changes) }, (_, index): Change => {
      return {
        kind: 'create',
        key: `${name}-${commit}-${index}`,
        type: 'made',
        props: { by: name },
      }
    })
    const shared = { [`${name}-${commit}`]: 'done' }
    await database.commit([...records, { kind: 'merge', key: 'shared', props: shared }])
  }
} catch (error) {
  console.log(error instanceof DatabaseError ? error.code : error)
  process.exitCode = 1
}
