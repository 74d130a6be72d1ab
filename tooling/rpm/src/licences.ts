// Under which terms a package is handed on, and the texts of these terms.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  nameAndVersion,
  type BundledPackage,
  type BundledPackages,
} from '../../build/bundled-packages.js'

/** Where the texts lie on a host: rpm knows its files for licences. */
export const LICENCES = '/usr/share/licenses'

export const OUR_LICENCE = 'GPLv3+'

/** SPDX identifier → what the packages of CentOS call it. All of them go together with the GPL 3. */
const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['Apache-2.0', 'ASL 2.0'],
  ['ISC', 'ISC'],
  ['MIT', 'MIT'],
])

/**
 * The npm packages in bundles of a build.
 * @throws Error when the build has no such bundle.
 */
export function packagesIn(dist: string, bundles: readonly string[]): BundledPackage[] {
  const file = join(dist, 'bundled.json')
  const bundled = JSON.parse(readFileSync(file, 'utf8')) as BundledPackages
  const found = bundles.flatMap((bundle) => {
    const packages = bundled[bundle]
    if (!packages) throw new Error(`${bundle} is not in ${file}: run npm run build`)
    return packages
  })
  return [...new Map(found.map((each) => [nameAndVersion(each), each])).values()]
}

/**
 * The tag of a package that contains these.
 * @throws Error for terms that nobody has compared with ours yet.
 */
export function licenceTag(bundled: readonly BundledPackage[]): string {
  const theirs = bundled.map((each) => {
    const short = SHORT_NAMES.get(each.licence)
    if (short === undefined)
      throw new Error(
        `${nameAndVersion(each)} has the licence ${each.licence}: see whether it goes together with the GPL 3, then name it in SHORT_NAMES`,
      )
    return short
  })
  return [OUR_LICENCE, ...[...new Set(theirs)].sort()].join(' and ')
}

/** Where the terms of bundled packages lie in the package of this name: path → text. */
export function termsOf(
  name: string,
  bundled: readonly BundledPackage[],
): ReadonlyMap<string, string> {
  return new Map(
    bundled.flatMap((each) =>
      Object.entries(each.terms).map(([file, text]): [string, string] => [
        `${LICENCES}/${name}/${nameAndVersion(each).replace('/', '-')}/${file}`,
        text,
      ]),
    ),
  )
}
