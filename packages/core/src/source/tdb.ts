import { toBuffer, type Bytes } from '../files/bytes.js'

/**
 * The trivial database of Samba, version 1, as an i386 or x86_64 server writes it: a header, a list
 * of hash chains, and records that know the next one of their chain. All numbers are 32 bits, the
 * least byte first.
 */
const MAGIC = 'TDB file\n'
const VERSION = 0x2601196d
const RECORD = 0x26011999
const DELETED_RECORD = 0xfee1dead
const AT = { version: 32, hashSize: 36 }
const HEADER_SIZE = 168
/** Behind the header: the list of free places, then one chain for each value of the hash. */
const CHAINS = HEADER_SIZE + 4
const RECORD_HEADER_SIZE = 24
const HASH_SIZE = 131

/**
 * The records of a trivial database, as `tdbtool FILE dump` shows them.
 * @throws Error that says how the file is damaged, or that it is of another kind.
 */
export function readTdb(content: Bytes): Map<Bytes, Bytes> {
  const file = toBuffer(content)
  if (!content.startsWith(MAGIC) || file.length < HEADER_SIZE)
    throw new Error('it does not begin like a trivial database')
  if (file.readUInt32LE(AT.version) !== VERSION)
    throw new Error('it is of another version, or of another kind of computer')
  const hashSize = file.readUInt32LE(AT.hashSize)
  if (CHAINS + 4 * hashSize > file.length) throw new Error('it is cut short')

  const records = new Map<Bytes, Bytes>()
  const seen = new Set<number>()
  for (let chain = 0; chain < hashSize; chain += 1) {
    let at = file.readUInt32LE(CHAINS + 4 * chain)
    while (at !== 0) {
      if (seen.has(at)) throw new Error('its records go round in circles')
      seen.add(at)
      if (at + RECORD_HEADER_SIZE > file.length) throw new Error('it is cut short')
      const [next, , keyLength, length, , magic] = numbersAt(file, at)
      const begin = at + RECORD_HEADER_SIZE
      if (magic === RECORD) {
        if (begin + keyLength + length > file.length) throw new Error('it is cut short')
        const data = begin + keyLength
        records.set(content.slice(begin, data), content.slice(data, data + length))
      } else if (magic !== DELETED_RECORD) throw new Error('a record is damaged')
      at = next
    }
  }
  return records
}

/** A new trivial database with these records. */
export function writeTdb(records: ReadonlyMap<Bytes, Bytes>): Bytes {
  const chains = new Array<number>(HASH_SIZE).fill(0)
  const parts: Buffer[] = []
  let at = CHAINS + 4 * HASH_SIZE
  for (const [key, data] of records) {
    const hash = hashOf(key)
    // Data, and the length of the whole record at its end; records begin at multiples of four.
    const room = (key.length + data.length + 4 + 3) & ~3
    const record = Buffer.alloc(RECORD_HEADER_SIZE + room)
    const chain = hash % HASH_SIZE
    const header = [chains[chain] ?? 0, room, key.length, data.length, hash, RECORD]
    header.forEach((number, index) => record.writeUInt32LE(number, 4 * index))
    record.write(key + data, RECORD_HEADER_SIZE, 'latin1')
    record.writeUInt32LE(record.length, record.length - 4)
    chains[chain] = at
    at += record.length
    parts.push(record)
  }
  const head = Buffer.alloc(CHAINS + 4 * HASH_SIZE)
  head.write(MAGIC, 'latin1')
  head.writeUInt32LE(VERSION, AT.version)
  head.writeUInt32LE(HASH_SIZE, AT.hashSize)
  chains.forEach((first, chain) => head.writeUInt32LE(first, CHAINS + 4 * chain))
  return Buffer.concat([head, ...parts]).toString('latin1')
}

type RecordNumbers = [
  next: number,
  room: number,
  keyLength: number,
  length: number,
  hash: number,
  magic: number,
]

function numbersAt(file: Buffer, at: number): RecordNumbers {
  const number = (index: number) => file.readUInt32LE(at + 4 * index)
  return [number(0), number(1), number(2), number(3), number(4), number(5)]
}

/** Where a key belongs: the hash that every trivial database of that time uses. */
function hashOf(key: Bytes): number {
  const value = [...toBuffer(key)].reduce(
    (sum, byte, index) => (sum + (byte << ((index * 5) % 24))) >>> 0,
    Math.imul(0x238f13af, key.length) >>> 0,
  )
  return (Math.imul(1103515243, value) + 12345) >>> 0
}
