// Takes the lock of a destination, says so, and keeps it until it is killed. A program that is named
// too is started first, as one that changes files.
import { toBytes } from '../../src/files/bytes.js'
import { runProgram } from '../../src/host/run-program.js'
import { takeRunLock } from '../../src/run/run-lock.js'

const [, , root = '', ...program] = process.argv
takeRunLock(toBytes(root))
if (program.length > 0) void runProgram(program, { holdsLock: true })
process.stdout.write('locked\n')
setInterval(() => undefined, 1000)
