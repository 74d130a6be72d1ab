import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './temporary-folder.js'

/** A trivial database of Samba as its own tdbtool makes it. */
export function tdbFile(records: Readonly<Record<string, Buffer>>): Buffer {
  const file = join(temporaryFolder(), 'made.tdb')
  const lines = Object.entries(records).map(
    ([key, data]) => `store ${key} ${[...data].map((byte) => `\\${hex(byte)}`).join('')}`,
  )
  execFileSync('tdbtool', {
    input: [`create ${file}`, ...lines, 'quit', ''].join('\n'),
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  return readFileSync(file)
}

/** A SID of a domain as secrets.tdb holds it: `S-1-5-21-` and these three numbers. */
export function domainSid(...numbers: readonly [number, number, number]): Buffer {
  const sid = Buffer.alloc(68)
  sid.write('010400000000000515', 'hex')
  numbers.forEach((number, index) => sid.writeUInt32LE(number, 12 + 4 * index))
  return sid
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
