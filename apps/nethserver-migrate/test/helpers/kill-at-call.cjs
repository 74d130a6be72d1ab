// Loaded with `node --require` before the command: ends the process, as `kill -9` does, at the
// call that changes something (of the file system, or the start of a program) whose number
// KILL_AT_CALL holds, or at the start of that one of the programs that copy or change files whose
// number KILL_AT_WORKER holds. A write is cut in its middle; a program runs for KILL_AFTER
// milliseconds first, and is killed as well unless KILL_ALONE is set. Without either number it
// prints how many such calls and programs a run had.
const fs = require('node:fs')
const programs = require('node:child_process')
const { syncBuiltinESMExports } = require('node:module')

const killAt = Number(process.env.KILL_AT_CALL ?? Infinity)
const runFor = Number(process.env.KILL_AFTER ?? 0)
const killAtWorker = Number(process.env.KILL_AT_WORKER ?? Infinity)
let calls = 0
let workers = 0

const die = () => process.kill(process.pid, 'SIGKILL')

/**
 * @param {Record<string, any>} module
 * @param {string} name
 * @param {(args: any[], call: (...args: any[]) => any) => void} [half] what is done of the last call
 * @param {(args: any[]) => boolean} [counts]
 */
function count(module, name, half, counts = () => true) {
  const call = module[name]
  module[name] = (/** @type {any[]} */ ...args) => {
    if (counts(args)) {
      calls += 1
      const isWorker = /^(xargs|bash|rsync|setfacl)$/.test(args[0])
      if (isWorker) workers += 1
      if (calls === killAt || (isWorker && workers === killAtWorker)) {
        const isLater = half?.(args, call)
        if (isLater) return isLater
        die()
      }
    }
    return call(...args)
  }
}

const CHANGES = [
  ...['chmodSync', 'chownSync', 'copyFileSync', 'fchmodSync', 'fchownSync', 'fdatasyncSync'],
  ...['fsyncSync', 'ftruncateSync', 'lchownSync', 'linkSync', 'mkdirSync', 'mkdtempSync'],
  ...['renameSync', 'rmSync', 'rmdirSync', 'symlinkSync', 'truncateSync', 'unlinkSync'],
  'utimesSync',
]
for (const name of CHANGES) count(fs, name)

const isWriting = (/** @type {any} */ flags) =>
  typeof flags === 'number'
    ? (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR | fs.constants.O_CREAT)) !== 0
    : /[wa+]/.test(flags ?? 'r')
count(fs, 'openSync', undefined, ([, flags]) => isWriting(flags))

const bytes = (/** @type {any} */ data, /** @type {any} */ encoding) =>
  typeof data === 'string'
    ? Buffer.from(
        data,
        typeof encoding === 'string' ? /** @type {BufferEncoding} */ (encoding) : 'utf8',
      )
    : Buffer.from(data)
const halfOf = (/** @type {Buffer} */ data) => data.subarray(0, data.length >> 1)
count(fs, 'writeSync', ([file, data, at, encoding], call) => {
  const rest = typeof data === 'string' ? bytes(data, encoding) : bytes(data, '').subarray(at ?? 0)
  call(file, halfOf(rest))
})
for (const name of ['writeFileSync', 'appendFileSync'])
  count(fs, name, ([path, data, options], call) => call(path, halfOf(bytes(data, '')), options))

count(programs, 'spawn', (args, call) => {
  const child = call(...args)
  setTimeout(() => {
    try {
      // A program of its own group is the leader of it.
      if (!process.env.KILL_ALONE)
        process.kill(args[2]?.detached ? -child.pid : child.pid, 'SIGKILL')
    } catch {
      // It has ended.
    }
    die()
  }, runFor)
  return child
})
count(programs, 'spawnSync')

syncBuiltinESMExports()
if (killAt === Infinity && killAtWorker === Infinity)
  process.on('exit', () => process.stderr.write(`calls: ${calls}\nworkers: ${workers}\n`))
