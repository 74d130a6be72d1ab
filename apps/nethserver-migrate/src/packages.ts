import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { MigrateError } from '@nethserver-migrate/core/runner'

/** Packages cannot be asked for, or installed. */
class PackageError extends MigrateError {
  override readonly name = 'PackageError'

  static noRpm(why: string) {
    return new PackageError(
      'RPM_FAILED',
      `rpm cannot say what is installed here: ${why}`,
      'run it on the NethServer, or choose plugins from: nethserver-migrate plugins',
    )
  }

  static noFolder(directory: string) {
    return new PackageError(
      'NO_RPM_FOLDER',
      `${directory} is no folder with RPMs`,
      'name the folder that holds the RPMs of the plugins, or none to install them with yum',
    )
  }

  static notInFolder(names: readonly string[], directory: string) {
    return new PackageError(
      'RPM_MISSING',
      `${directory} has no RPM of ${names.join(', ')}`,
      'copy it there and run the same command again',
    )
  }

  static notInstalled(command: string) {
    return new PackageError(
      'INSTALL_FAILED',
      `${command} failed: nothing was installed`,
      'mend what it says above, then run the same command again',
    )
  }
}

interface Rpm {
  readonly name: string
  readonly version: string
}

/** Name → version of all that is installed on this host. */
export function installedPackages(): ReadonlyMap<string, string> {
  return new Map(ask(['-qa']).map(({ name, version }) => [name, version]))
}

/**
 * The RPMs of a folder that bring these packages here: of each name the newest file, unless what is
 * installed is as new.
 * @throws PackageError when one is neither in the folder nor installed.
 */
export function rpmsToInstall(
  directory: string,
  names: readonly string[],
  installed: ReadonlyMap<string, string>,
): string[] {
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory())
    throw PackageError.noFolder(directory)
  const files = readdirSync(directory)
    .filter((file) => file.endsWith('.rpm') && names.some((name) => file.startsWith(name)))
    .map((file) => join(directory, file))
  const found = files.flatMap((file) => ask(['-qp', file]).map((rpm) => ({ ...rpm, file })))
  const missing = names.filter(
    (name) => !installed.has(name) && !found.some((rpm) => rpm.name === name),
  )
  if (missing.length > 0) throw PackageError.notInFolder(missing, directory)
  return names.flatMap((name) => {
    const [newest] = found
      .filter((rpm) => rpm.name === name)
      .sort((a, b) => compareVersions(b.version, a.version))
    const present = installed.get(name)
    const isNews = newest && (present === undefined || compareVersions(newest.version, present) > 0)
    return isNews ? [newest.file] : []
  })
}

/** Runs rpm or yum, which says itself what it does. */
export function installWith(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { stdio: 'inherit' })
  if (status !== 0) throw PackageError.notInstalled([command, ...args].join(' '))
}

/** Versions of plugins have three numbers. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number))
  for (const index of [0, 1, 2]) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function ask(what: readonly string[]): Rpm[] {
  const { status, stdout, stderr, error } = spawnSync(
    'rpm',
    [...what, '--queryformat', '%{NAME} %{VERSION}\\n'],
    { encoding: 'utf8', maxBuffer: Infinity },
  )
  if (status !== 0) throw PackageError.noRpm(error?.message ?? stderr.trim())
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' '))
    .map(([name = '', version = '']) => ({ name, version }))
}
