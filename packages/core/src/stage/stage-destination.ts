import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { RecordTable } from '@nethserver-migrate/esmith-db'
import { UsageError } from '../errors.js'
import { joinPath, toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import { stateFolder } from '../host/state-folder.js'
import { writeCreatelinks } from '../plugin/createlinks.js'
import type { Plugin } from '../plugin/define-plugin.js'
import { parseGroup, parsePasswd } from '../source/account-files.js'
import { nethserver6 } from './nethserver6.js'
import { nethserver7 } from './nethserver7.js'

/** Which generation of NethServer a staged destination resembles. */
export const GENERATIONS = { 6: nethserver6, 7: nethserver7 } as const

export interface StageOptions {
  readonly root: Bytes
  readonly like: keyof typeof GENERATIONS
  /** Packages that count as installed; without them every feature with records is. */
  readonly packages?: readonly string[] | undefined
  readonly plugins: readonly Plugin[]
}

const FOLDERS: readonly (readonly [path: string, mode: number])[] = [
  ['etc', 0o755],
  ['etc/e-smith/events/actions', 0o755],
  ['root', 0o700],
  ['var/lib/nethserver/home', 0o755],
  ['var/log', 0o755],
]

/**
 * Makes a minimal destination tree: databases with the default records, system accounts, event
 * folders with the links of the plugins. docs/staging.md
 * @throws UsageError when the directory is not empty, or a package is unknown to all plugins.
 */
export function stageDestination({ root, like, packages, plugins }: StageOptions): void {
  if (existsSync(toBuffer(root)) && readdirSync(toBuffer(root)).length > 0)
    throw UsageError.notEmpty(toDisplay(root))
  const known = [...new Set(plugins.flatMap(({ feature }) => feature.packages))].sort()
  for (const name of packages ?? [])
    if (!known.includes(name)) throw UsageError.unknownPackage(name, known)
  const installed = plugins.filter(
    ({ feature }) => !packages || feature.packages.some((name) => packages.includes(name)),
  )
  const defaults = GENERATIONS[like]

  for (const [path, mode] of FOLDERS)
    mkdirSync(toBuffer(joinPath(root, path)), { recursive: true, mode })
  const databases = joinPath(root, 'var/lib/nethserver/db')
  mkdirSync(toBuffer(databases), { recursive: true })
  // The setgid folder gives new databases the group adm, as on a real host.
  if (process.getuid?.() === 0) chownSync(toBuffer(databases), 0, groupId(defaults.group, 'adm'))
  chmodSync(toBuffer(databases), 0o2750)
  for (const [name, records] of Object.entries(defaults.databases))
    writeFileSync(
      toBuffer(joinPath(databases, name)),
      withoutFeatures(
        name,
        records,
        plugins.filter((plugin) => !installed.includes(plugin)),
        installed,
      ),
      { mode: 0o640 },
    )
  write(root, 'etc/passwd', defaults.passwd, 0o644)
  write(root, 'etc/group', defaults.group, 0o644)
  write(root, 'etc/shadow', shadowOf(defaults.passwd), 0o600)
  for (const { createlinks } of installed) writeCreatelinks(createlinks, root)
  if (packages) {
    mkdirSync(toBuffer(stateFolder(root)), { recursive: true, mode: 0o700 })
    writeFileSync(
      toBuffer(joinPath(stateFolder(root), 'packages')),
      packages.map((name) => `${name}\n`).join(''),
    )
  }
}

/** The default records without those that belong to features only which are not installed. */
function withoutFeatures(
  database: string,
  records: string,
  missing: readonly Plugin[],
  installed: readonly Plugin[],
): Buffer {
  const table = RecordTable.parse(records)
  const keysOf = (plugins: readonly Plugin[]) =>
    plugins.flatMap(({ feature }) =>
      feature.records.filter((record) => record.database === database).map(({ key }) => key),
    )
  const needed = keysOf(installed)
  for (const key of keysOf(missing)) if (!needed.includes(key)) table.apply({ kind: 'delete', key })
  return table.serialize()
}

function write(root: Bytes, path: string, content: string, mode: number): void {
  writeFileSync(toBuffer(joinPath(root, path)), content, { mode })
}

/** System accounts of a fresh host have no password. */
function shadowOf(passwd: string): string {
  return [...parsePasswd(passwd).entries.keys()].map((name) => `${name}:*::0:99999:7:::\n`).join('')
}

function groupId(group: string, name: string): number {
  return parseGroup(group).entries.get(name)?.gid ?? 0
}
