// Takes the lock of a destination, says so, and keeps it until it is killed.
import { toBytes } from '../../src/files/bytes.js'
import { takeRunLock } from '../../src/run/run-lock.js'

takeRunLock(toBytes(process.argv[2] ?? ''))
process.stdout.write('locked\n')
setInterval(() => undefined, 1000)
