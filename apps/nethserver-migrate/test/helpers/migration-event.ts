import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { IMPORT_EVENT, writeCreatelinks, type Plugin } from '@nethserver-migrate/core/runner'
import type { LiveHost } from '@nethserver-migrate/testkit'
import { COMMAND } from './command.js'

const EVENTS = '/etc/e-smith/events'
const PACKAGES = fileURLToPath(new URL('../../../../packages', import.meta.url))

/** Node would complain of certificates of this machine, which lie in the /etc that it does not see. */
export const LAUNCHER = ['env', '-u', 'NODE_EXTRA_CA_CERTS', process.execPath, COMMAND]

/** The event of a live host, with links to the bundles that ship. */
export interface MigrationEvent {
  /** The links, in the order in which they run. */
  readonly links: readonly string[]
  /** Calls all links, or those given in their order, as the host's signaller does. */
  readonly signal: (
    source: string,
    links?: readonly string[],
  ) => { exitCode: number; log: string[] }
}

/** Installs plugins of the workspace on a live host: their links, and the command behind them. */
export async function migrationEvent(
  host: LiveHost,
  plugins: readonly string[],
): Promise<MigrationEvent> {
  for (const name of plugins) {
    const module = pathToFileURL(join(PACKAGES, name, 'src/index.ts')).href
    const { default: plugin } = (await import(module)) as { default: Plugin }
    writeCreatelinks(plugin.createlinks, host.folder)
  }
  const actions = join(host.folder, EVENTS, 'actions')
  for (const name of readdirSync(actions)) {
    const program = readFileSync(join(actions, name), 'utf8')
    writeFileSync(
      join(actions, name),
      program.replace('/usr/bin/nethserver-migrate', LAUNCHER.map((word) => `'${word}'`).join(' ')),
    )
  }
  const folder = join(host.folder, EVENTS, IMPORT_EVENT)
  const links = readdirSync(folder)
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  return {
    links,
    signal(source, chosen = links) {
      const log = [`Event: ${IMPORT_EVENT} ${source}`]
      let exitCode = 0
      for (const name of chosen) {
        const link = join(EVENTS, IMPORT_EVENT, name)
        const { status, signal, stdout, stderr } = host.run([link, IMPORT_EVENT, source])
        log.push(...`${stdout}${stderr}`.split('\n').filter(Boolean))
        log.push(`Action: ${link} ${status === 0 ? 'SUCCESS' : `FAILED: ${signal ?? status}`}`)
        if (status !== 0) exitCode = 1
      }
      log.push(`Event: ${IMPORT_EVENT} ${exitCode === 0 ? 'SUCCESS' : 'FAILED'}`)
      return { exitCode, log }
    },
  }
}

/** A backup of an old server with these databases. */
export function backupOf(folder: string, databases: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries({ accounts: '', ...databases })) {
    const file = join(folder, 'home/e-smith/db', name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  return folder
}
