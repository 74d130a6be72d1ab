import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { LICENCES } from './licences.js'
import { specOf, type RpmPackage } from './spec.js'

export interface BuildOptions {
  /** Where the RPM is written. */
  readonly out: string
  /** gzip's level: the one format that every rpm reads since CentOS 6. */
  readonly compression?: 1 | 9
}

/** Builds several at once, and returns the paths of the RPMs in the order of the packages. */
export async function buildRpms(
  packages: readonly RpmPackage[],
  options: BuildOptions,
): Promise<string[]> {
  mkdirSync(options.out, { recursive: true })
  const built: string[] = []
  const waiting = [...packages.entries()]
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, rpm] = next
      built[index] = await buildRpm(rpm, options)
    }
  }
  await Promise.all(cpus().map(work))
  return built
}

/** Builds one package. The same package gives the same bytes, whenever and wherever it is built. */
async function buildRpm(rpm: RpmPackage, { out, compression = 9 }: BuildOptions): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'nethserver-migrate-rpm-'))
  try {
    const [staged, spec] = [join(folder, 'staged'), join(folder, 'package.spec')]
    mkdirSync(staged)
    rpm.stage(staged)
    for (const path of rpm.folders) mkdirSync(join(staged, path), { recursive: true })
    writeFileSync(spec, specOf(rpm, pathsBelow(staged, '', rpm)))
    const macros = {
      _topdir: folder,
      _sourcedir: staged,
      _rpmdir: join(folder, 'rpms'),
      _dbpath: join(folder, 'db'),
      _rpmfilename: 'built.rpm',
      _binary_payload: `w${compression}.gzdio`,
      // Nothing is compiled here: what is staged is what is packed.
      __os_install_post: '%{nil}',
      debug_package: '%{nil}',
      _build_id_links: 'none',
      _buildhost: 'localhost',
      use_source_date_epoch_as_buildtime: '1',
      clamp_mtime_to_source_date_epoch: '1',
    }
    await execa(
      'rpmbuild',
      [
        ...['-bb', '--quiet', '--target', rpm.architecture, '--buildroot', join(folder, 'root')],
        ...Object.entries(macros).flatMap(([name, value]) => ['--define', `${name} ${value}`]),
        spec,
      ],
      {
        // A person's ~/.rpmmacros, time zone, language and start-up files are no input.
        extendEnv: false,
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: folder,
          LC_ALL: 'C',
          TZ: 'UTC',
          SOURCE_DATE_EPOCH: String(rpm.date),
        },
      },
    )
    const file = join(out, rpmFileName(rpm))
    copyFileSync(join(folder, 'rpms/built.rpm'), file)
    return file
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export function rpmFileName({ name, version, release, architecture }: RpmPackage): string {
  return `${name}-${version}-${release}.${architecture}.rpm`
}

/** Lines of %files: a folder is the package's when it is named so, or stands in its list. */
function pathsBelow(root: string, folder: string, rpm: RpmPackage): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (!entry.isDirectory()) return [path.startsWith(`${LICENCES}/`) ? `%license ${path}` : path]
    const isOwned = rpm.folders.includes(path) || path.split('/').includes(rpm.name)
    return [...(isOwned ? [`%dir ${path}`] : []), ...pathsBelow(root, path, rpm)]
  })
}
