/**
 * What an import costs: time beside the system's own tools, in turns with them, and memory. Prints a
 * table and writes bench-results.json; asserts nothing. docs/performance.md
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Table from 'cli-table3'
import { Command } from 'commander'
import { accountRows } from './accounts.js'
import { mailboxRows } from './mailboxes.js'
import type { Bench, Row } from './row.js'
import { startUpRows } from './start-up.js'
import { wholeRows } from './whole.js'

const RESULTS = fileURLToPath(new URL('../../../bench-results.json', import.meta.url))
const PARTS = {
  accounts: accountRows,
  mailboxes: mailboxRows,
  startup: startUpRows,
  whole: wholeRows,
}

const { small = false, only } = new Command('bench')
  .option('--small', 'a tenth of everything, to see whether it works')
  .option('--only <part>', Object.keys(PARTS).join(', '))
  .parse()
  .opts<{ small?: boolean; only?: string }>()
const isRoot = process.getuid?.() === 0
const folder = mkdtempSync(join(isRoot ? tmpdir() : '/dev/shm', 'nethserver-migrate-bench-'))
// Another filesystem: of its own in memory, or where no such thing may be mounted the one of /tmp.
const there = isRoot ? join(folder, 'there') : mkdtempSync(join(tmpdir(), 'bench-'))
const bench: Bench = { here: join(folder, 'here'), there, isSmall: small }
const mounted: string[] = []
try {
  for (const path of [bench.here, bench.there]) mkdirSync(path, { recursive: true })
  for (const path of isRoot ? [bench.here, bench.there] : []) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4G', 'none', path])
    mounted.push(path)
  }
  const rows: Row[] = []
  for (const [name, part] of Object.entries(PARTS))
    if (only === undefined || only === name) rows.push(...part(bench))
  show(rows)
  write(rows)
} finally {
  for (const path of mounted) execFileSync('umount', [path])
  for (const path of [folder, bench.there]) rmSync(path, { recursive: true, force: true })
}

function show(rows: readonly Row[]): void {
  const table = new Table({
    head: ['What', 'Here', 'Beside', 'Ratio', 'Aim', ''],
    colAligns: ['left', 'right', 'right', 'right', 'left', 'left'],
    style: { head: [], border: [], compact: true },
  })
  for (const { what, value, unit, beside, ratio, aim, isMet } of rows)
    table.push([
      what,
      `${rounded(value)} ${unit}`,
      beside ? `${beside.what} ${rounded(beside.value)} ${unit}` : '',
      ratio === undefined ? '' : ratio.toFixed(2),
      aim ?? '',
      isMet === undefined ? '' : isMet ? 'met' : 'missed',
    ])
  console.log(table.toString())
}

function rounded(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(0)
}

function write(rows: readonly Row[]): void {
  const machine = {
    processors: cpus().length,
    model: cpus()[0]?.model.trim(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    inMemory: true,
  }
  const results = { at: new Date().toISOString(), small, machine, rows }
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`)
  console.log(`${RESULTS} has the same for programs.`)
}
