// How long a database of 100,000 records takes to be read, merged into and committed, and how
// much memory. The goal is about 1 second and less than 200 MB, in plain Node as on a NethServer:
// tsx alone takes 80 MB.
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const RECORDS = 100_000

const folder = mkdtempSync(join(tmpdir(), 'esmith-db-bench-'))
try {
  const [path, program] = [join(folder, 'accounts'), join(folder, 'measure.mjs')]
  writeRecords(path)
  await bundle('measure.ts', program)
  execFileSync(process.execPath, [program, path], { stdio: 'inherit' })
} finally {
  rmSync(folder, { recursive: true })
}

function writeRecords(path: string): void {
  for (let id = 0; id < RECORDS; id += 1000) {
    const lines = Array.from({ length: 1000 }, (_, i) => line(id + i))
    appendFileSync(path, lines.join(''))
  }
}

function line(id: number): string {
  return `user${id}=user|City|Rimini|Company|Acme|EmailForward|local|FirstName|Name${id}|ForwardAddress||Gid|${id}|LastName|Last${id}|Lockable|yes|PasswordSet|yes|Shell|/usr/bin/rssh|Uid|${id}|VPNClientAccess|no\n`
}

async function bundle(entry: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node16.20',
    logLevel: 'warning',
  })
}
