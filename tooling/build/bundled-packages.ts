// Which npm packages a bundle contains, with their licences: who hands the bundle on has to hand
// these on with it.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Metafile } from 'esbuild'

export interface BundledPackage {
  readonly name: string
  readonly version: string
  /** As its package.json states it: an SPDX identifier. */
  readonly licence: string
  /** Its files of terms (licence, notice): name → text. */
  readonly terms: Readonly<Record<string, string>>
}

/** What `bundled.json` of a build holds: bundle → the packages in it. */
export type BundledPackages = Readonly<Record<string, readonly BundledPackage[]>>

const PACKAGE_FOLDER = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/
const TERMS = /^(licen[cs]e|copying|notice)/i

/**
 * The packages that have code in an output of esbuild, by name and version.
 * @param root the folder to which the paths of the metafile are relative.
 * @throws Error when one of them does not say its terms.
 */
export function bundledPackages(root: string, metafiles: readonly Metafile[]): BundledPackage[] {
  const used = metafiles
    .flatMap(({ outputs }) => Object.values(outputs))
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([path]) => PACKAGE_FOLDER.exec(`/${path}`) ?? [])
  return [...new Set(used)]
    .map((folder) => describe(join(root, folder)))
    .sort((a, b) => (nameAndVersion(a) < nameAndVersion(b) ? -1 : 1))
}

export function nameAndVersion({ name, version }: BundledPackage): string {
  return `${name}-${version}`
}

function describe(folder: string): BundledPackage {
  const manifest = readFileSync(join(folder, 'package.json'), 'utf8')
  const { name, version, license } = JSON.parse(manifest) as {
    name: string
    version: string
    license?: unknown
  }
  const files = readdirSync(folder).filter((file) => TERMS.test(file))
  if (typeof license !== 'string' || files.length === 0)
    throw new Error(`${folder} does not say its licence: bundle another package in its place`)
  const terms = Object.fromEntries(
    files.map((file) => [file, readFileSync(join(folder, file), 'utf8')] as const),
  )
  return { name, version, licence: license, terms }
}
