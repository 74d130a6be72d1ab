import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { joinPath, toBuffer, type Bytes } from '../files/bytes.js'
import { secretPath, stateFolder } from '../host/state-folder.js'
import { removeEmpty } from './undoing.js'

/**
 * Takes away what an import has put into the queue of a staged destination, and the secrets that
 * nothing in it names any more.
 * @param end where the queue ended before
 * @returns whether the queue was still as the import left it; otherwise somebody has run it.
 */
export function undoQueue(root: Bytes, end: number, mode: 'plan' | 'apply'): boolean {
  const path = joinPath(stateFolder(root), 'events.jsonl')
  const queue = existsSync(toBuffer(path)) ? readFileSync(toBuffer(path)) : Buffer.alloc(0)
  if (queue.length < end) return false
  if (mode === 'plan') return true
  // What a kill has cut short before the import was no line.
  const kept = queue.subarray(0, queue.lastIndexOf('\n', end - 1) + 1)
  const rest = end === 0 ? '' : kept.toString('latin1')
  if (rest === '') rmSync(toBuffer(path), { force: true })
  else if (queue.length > kept.length) cut(path, kept.length)
  const secrets = secretPath('', root)
  if (!existsSync(toBuffer(secrets))) return true
  for (const name of readdirSync(toBuffer(secrets), { encoding: 'latin1' }))
    if (!rest.includes(JSON.stringify(Buffer.from(secretPath(name), 'latin1').toString('utf8'))))
      rmSync(toBuffer(secretPath(name, root)))
  removeEmpty(secrets)
  return true
}

function cut(path: Bytes, length: number): void {
  const file = openSync(toBuffer(path), 'r+')
  try {
    ftruncateSync(file, length)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
