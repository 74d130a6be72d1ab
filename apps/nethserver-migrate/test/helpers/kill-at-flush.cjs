// Loaded with `node --require` before the command: ends the process, as `kill -9` does, at the
// flush to disk whose number KILL_AT_FLUSH holds. Operations are flushed before and after each
// one, so every number is a point between, or in the middle of, operations. Without the variable
// it prints how many flushes a run had.
const fs = require('node:fs')
const { syncBuiltinESMExports } = require('node:module')

const killAt = Number(process.env.KILL_AT_FLUSH ?? Infinity)
let flushes = 0

/** @param {(file: number) => void} flush */
const counted = (flush) => (/** @type {number} */ file) => {
  flushes += 1
  if (flushes === killAt) process.kill(process.pid, 'SIGKILL')
  flush(file)
}

fs.fsyncSync = counted(fs.fsyncSync)
fs.fdatasyncSync = counted(fs.fdatasyncSync)
syncBuiltinESMExports()
if (killAt === Infinity) process.on('exit', () => process.stderr.write(`flushes: ${flushes}\n`))
