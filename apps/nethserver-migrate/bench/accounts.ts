/**
 * How the import of accounts grows: users with passwords and groups, with and without a few files
 * in each home directory, into a staged destination. Prints; asserts nothing.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const COMMAND = fileURLToPath(new URL('../dist/nethserver-migrate.mjs', import.meta.url))
const HASH = '$6$saltsalt$' + 'x'.repeat(86)

for (const like of ['6', '7'])
  for (const [users, files] of [
    [1_000, false],
    [10_000, false],
    [1_000, true],
    [10_000, true],
  ] as const) {
    const folder = mkdtempSync(join(tmpdir(), 'nethserver-migrate-bench-'))
    try {
      const source = join(folder, 'source')
      const root = join(folder, 'destination')
      makeSource(source, users, files)
      execFileSync(process.execPath, [COMMAND, 'stage', root, '--like', like])
      const started = process.hrtime.bigint()
      const { status } = spawnSync(
        process.execPath,
        [COMMAND, 'import', source, '--root', root, '--only', 'nethserver-directory-migrate'],
        { stdio: ['ignore', 'ignore', 'inherit'] },
      )
      const seconds = Number(process.hrtime.bigint() - started) / 1e9
      console.log(
        `NethServer ${like}: ${users} users, ${users / 20} groups, ${files ? 3 * users : 'no'} files: ${seconds.toFixed(2)} s (exit ${status})`,
      )
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

function makeSource(source: string, users: number, files: boolean): void {
  const names = Array.from({ length: users }, (_, index) => `user${String(index).padStart(5, '0')}`)
  const groups = Array.from({ length: users / 20 }, (_, index) => {
    const members = names.slice(index * 20, index * 20 + 20).join(',')
    return `group${index}=group|Description|Group ${index}|Gid|${40000 + index}|Members|${members}|Uid|${40000 + index}`
  })
  const accounts = names.map(
    (name, index) =>
      `${name}=user|City|Rimini|FirstName|First|Gid|${5001 + index}|LastName|Last|PasswordSet|yes|Uid|${5001 + index}`,
  )
  write(source, 'home/e-smith/db/configuration', 'SystemName=bench\nDomainName=example.com\n')
  write(
    source,
    'home/e-smith/db/accounts',
    [...accounts, ...groups].map((line) => `${line}\n`).join(''),
  )
  write(source, 'etc/shadow', names.map((name) => `${name}:${HASH}:15600:0:99999:7:::\n`).join(''))
  for (const name of files ? names : []) {
    const home = `home/e-smith/files/users/${name}`
    write(source, `${home}/home/letter.txt`, 'Dear reader\n')
    write(source, `${home}/home/Documents/plan.txt`, 'A plan\n')
    write(source, `${home}/.bash_history`, 'ls\n')
  }
}

function write(folder: string, path: string, content: string): void {
  const file = join(folder, path)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, content)
}
