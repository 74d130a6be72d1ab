import { resolve } from 'node:path'
import { logLine, lookAt, toBytes, type Source } from '@nethserver-migrate/core/runner'
import Table from 'cli-table3'
import { knownPlugins } from '../catalogue.js'
import type { ExitCode } from '../exit-codes.js'
import { interruptible } from '../interruptible.js'
import { matchingPlugins, missedFeatures, type MatchingPlugin } from '../matching-plugins.js'
import { isWorthALine } from '../output/findings.js'
import { progressOn } from '../output/terminal-progress.js'
import { installedPackages, installWith, rpmsToInstall } from '../packages.js'

export interface MatchingOptions {
  /** A backup, an archive or extracted: only what it made use of matches. */
  readonly source: string | undefined
  readonly json: boolean
}

/** Lists the plugins for the features of this host (and in use on the source), installed or not. */
export async function listMatchingPlugins({
  source: backup,
  json,
}: MatchingOptions): Promise<ExitCode> {
  const known = await knownPlugins()
  const installed = installedPackages()
  const source = await openSource(backup)
  const matching = matchingPlugins(known, installed, source)
  const missed = source ? missedFeatures(known, installed, source) : []
  if (json) {
    const features = missed.map(({ name, feature: { title, packages } }) => ({
      name,
      title,
      packages,
    }))
    process.stdout.write(`${JSON.stringify({ matching, missed: features })}\n`)
    return 0
  }
  process.stdout.write(`${tableOf(matching)}\n`)
  for (const { name, feature } of missed)
    process.stdout.write(
      `${feature.title} was in use on the source and is not installed here: ` +
        `${name} matches after yum install ${feature.packages.join(' or ')}\n`,
    )
  if (matching.some((plugin) => plugin.installed === undefined))
    process.stdout.write(
      `Install what is missing with: nethserver-migrate plugins${backup === undefined ? '' : ` --matching ${backup}`} --install [DIR]\n`,
    )
  return 0
}

/** Installs exactly the plugins that match: from a folder of RPMs, or with yum. */
export async function installMatchingPlugins(
  backup: string | undefined,
  folder: string | undefined,
): Promise<ExitCode> {
  const installed = installedPackages()
  const matching = matchingPlugins(await knownPlugins(), installed, await openSource(backup))
  const names = matching.map(({ name }) => name)
  const wanted =
    folder === undefined
      ? names.filter((name) => !installed.has(name))
      : rpmsToInstall(folder, names, installed)
  if (names.length === 0) process.stdout.write('No plugin matches.\n')
  else if (wanted.length === 0)
    process.stdout.write(`Every plugin that matches is installed: ${names.join(', ')}.\n`)
  else if (folder === undefined) installWith('yum', ['-y', 'install', ...wanted])
  else installWith('rpm', ['-Uvh', ...wanted])
  return 0
}

/** An archive is extracted where an import looks for it again. */
async function openSource(backup: string | undefined): Promise<Source | undefined> {
  if (backup === undefined) return undefined
  const { source, said } = await interruptible(process.stderr, (interruption) =>
    lookAt({
      source: toBytes(resolve(backup)),
      root: '',
      progress: progressOn(process.stderr),
      interruption,
    }),
  )
  for (const finding of said.filter(isWorthALine)) process.stderr.write(`${logLine(finding)}\n`)
  return source
}

function tableOf(matching: readonly MatchingPlugin[]): string {
  const table = new Table({
    head: ['Plugin', 'Feature', 'For package', 'Installed'],
    style: { head: [], border: [], compact: true },
  })
  for (const { name, title, packages, installed } of matching)
    table.push([name, title, packages.join('\n'), installed ?? 'no'])
  return table.toString()
}
