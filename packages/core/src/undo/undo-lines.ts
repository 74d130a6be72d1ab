import { existsSync, readFileSync, rmSync } from 'node:fs'
import { Database, RecordTable } from '@nethserver-migrate/esmith-db'
import { baseName, joinPath, toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import { writeDurably } from '../files/durable-write.js'
import { keyedLines } from './keyed-lines.js'
import { maskedLine } from './masked-line.js'
import type { UndoLines } from './undo-data.js'
import { giveBack, removeScrap, sayChanged, setTimes, type Undoing } from './undoing.js'

/** What plans pretend of files of keyed lines, by path. */
export type PretendedLines = Map<Bytes, Map<Bytes, Bytes>>

/** Makes the lines of a file as they were; one that was changed since stays. */
export async function undoLines(
  undoing: Undoing,
  data: UndoLines,
  pretended: PretendedLines,
): Promise<void> {
  const path = joinPath(undoing.root, data.path)
  const kept = (keys: readonly Bytes[]) => keys.forEach((key) => sayKept(undoing, data, key))
  if (undoing.mode === 'plan') {
    const lines = pretended.get(path) ?? linesOf(path, data)
    pretended.set(path, lines)
    const { restored, changed } = restoredLines((key) => lines.get(key), data)
    for (const [key, line] of restored)
      if (line === undefined) lines.delete(key)
      else lines.set(key, line)
    return kept(changed)
  }
  removeScrap(path)
  if (!existsSync(toBuffer(path))) {
    // One that an undo cut short has removed.
    if (data.file !== 'missing') kept(data.lines.map(([key]) => key))
    return
  }
  if (data.format === 'database') await undoRecords(path, data, kept)
  else undoAccounts(path, data, kept)
}

async function undoRecords(
  path: Bytes,
  data: UndoLines,
  kept: (keys: readonly Bytes[]) => void,
): Promise<void> {
  const database = Database.open(path)
  const old = typeof data.file === 'object' ? data.file : undefined
  let changed: readonly Bytes[] = []
  const isWhole = await database.restore((now) => {
    const found = restoredLines((key) => now.raw(key), data)
    changed = found.changed
    return found.restored
  }, old?.text)
  kept(changed)
  if (data.file === 'missing' && database.table.size === 0) rmSync(toBuffer(path))
  else if (isWhole && old) {
    giveBack(path, old)
    setTimes(path, old)
  }
}

function undoAccounts(path: Bytes, data: UndoLines, kept: (keys: readonly Bytes[]) => void): void {
  const text = readFileSync(toBuffer(path), 'latin1')
  const known = keyedLines(text)
  const { restored, changed } = restoredLines((key) => known.get(key), data)
  kept(changed)
  const left = new Map(restored)
  const lines = linesIn(text).flatMap((line) => {
    const [key = ''] = line.split(':', 1)
    if (!left.has(key)) return [line]
    const before = left.get(key)
    left.delete(key)
    return before === undefined ? [] : [before]
  })
  for (const line of left.values()) if (line !== undefined) lines.push(line)
  const old = typeof data.file === 'object' ? data.file : undefined
  const isWhole = old !== undefined && linesIn(old.text).join('\n') === lines.join('\n')
  if (data.file === 'missing' && lines.length === 0) return rmSync(toBuffer(path))
  const restoredText = isWhole ? old.text : lines.map((line) => `${line}\n`).join('')
  if (restoredText !== text) writeDurably(path, restoredText, { mode: 0o600 })
  if (isWhole) {
    giveBack(path, old)
    setTimes(path, old)
  }
}

/**
 * What lines become. Several changes of one line are taken back in one go, as far as the line is
 * what one of them has made of it.
 */
function restoredLines(
  now: (key: Bytes) => Bytes | undefined,
  { format, lines }: UndoLines,
): { restored: Map<Bytes, Bytes | undefined>; changed: Bytes[] } {
  const values = new Map<Bytes, { first: Bytes | null; value: Bytes | null }>()
  for (const [key, before, after] of [...lines].reverse()) {
    const { value } = values.get(key) ?? { value: now(key) ?? null }
    const isOurs = maskedLine(format, key, value) === after
    values.set(key, { first: before, value: isOurs ? before : value })
  }
  const restored = new Map<Bytes, Bytes | undefined>()
  const changed: Bytes[] = []
  for (const [key, { first, value }] of values) {
    const current = now(key) ?? null
    if (current === first) continue
    if (value === first) restored.set(key, first ?? undefined)
    else changed.push(key)
  }
  return { restored, changed }
}

function linesOf(path: Bytes, { format }: UndoLines): Map<Bytes, Bytes> {
  if (!existsSync(toBuffer(path))) return new Map()
  const text = readFileSync(toBuffer(path), 'latin1')
  if (format === 'accounts') return keyedLines(text)
  const table = RecordTable.parse(text)
  return new Map(table.keys().map((key) => [key, table.raw(key) ?? '']))
}

function linesIn(text: Bytes): Bytes[] {
  return text.split('\n').filter((line) => line !== '')
}

function sayKept(undoing: Undoing, { path, format }: UndoLines, key: Bytes): void {
  const name = toDisplay(key)
  if (format === 'accounts')
    return sayChanged(
      undoing,
      `${toDisplay(path)}: ${name}`,
      'was changed since the import: it stays as it is',
      `Look at the line of ${name} and take back by hand what the import brought`,
    )
  const database = toDisplay(baseName(path))
  sayChanged(
    undoing,
    `${database}/${name}`,
    'was changed since the import: it stays as it is',
    `Look at it with db ${database} show ${name}, and take back by hand what the import brought`,
  )
}
