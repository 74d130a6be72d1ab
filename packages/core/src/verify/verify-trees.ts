import { readlinkSync } from 'node:fs'
import { checksumsOf } from '../files/checksums.js'
import { joinPath, toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import { kindOf } from '../files/entry-kind.js'
import { readManifest, type ManifestEntry } from '../undo/tree-manifest.js'
import { isChanged } from '../undo/tree-state.js'
import type { UndoTree } from '../undo/undo-data.js'
import { lookAt } from '../undo/undoing.js'
import { Whereabouts } from '../undo/whereabouts.js'
import type { Brought, Verification } from './verification.js'

/** A file whose bytes are to be compared. */
interface ToRead {
  readonly place: Bytes
  readonly shown: string
  /** A checksum, or the file of the source that is still there. */
  readonly with: { readonly sum: string } | { readonly source: Bytes }
}

const BACKUP = 'Take it from the backup if nobody removed it on purpose'

/**
 * Every entry that imports have moved or copied is there, with its size and, where it is asked for,
 * its bytes; a message that was read is found under its new name.
 */
export async function verifyTrees(verification: Verification): Promise<void> {
  const { root, brought, checksum, log } = verification
  const elsewhere = movedOn(root, brought)
  let unknown = 0
  for (const { operation, data } of brought) {
    if (data.kind !== 'tree') continue
    const sums = data.sums && verification.read(operation, data.sums).split('\n')
    const tree = new TreeCheck(verification, data, elsewhere, operation.outcome === 'done')
    const { steps } = readManifest(verification.read(operation, data.manifest))
    let file = 0
    for (const step of steps)
      for (const entry of step.entries) {
        const sum = entry.kind === 'file' ? sums?.[file++] : undefined
        tree.check(step, entry, sum === '-' ? undefined : sum)
      }
    if (checksum) unknown += await tree.compare()
  }
  if (unknown > 0)
    log.notice(
      `of ${unknown} files no checksum is known: whether their bytes are the old ones was not verified`,
      {
        code: 'verify-no-checksum',
        remedy:
          'An import with --checksum writes them down; a copied file is compared with the source',
      },
    )
}

class TreeCheck {
  readonly #verification: Verification
  readonly #data: UndoTree
  readonly #to: Bytes
  readonly #whereabouts: Whereabouts
  readonly #elsewhere: ReadonlyMap<Bytes, Bytes>
  readonly #isDone: boolean
  readonly #toRead: ToRead[] = []
  #unknown = 0

  constructor(
    verification: Verification,
    data: UndoTree,
    elsewhere: ReadonlyMap<Bytes, Bytes>,
    isDone: boolean,
  ) {
    this.#verification = verification
    this.#data = data
    this.#to = joinPath(verification.root, data.to)
    this.#whereabouts = new Whereabouts(this.#to)
    this.#elsewhere = elsewhere
    this.#isDone = isDone
  }

  check(step: { from: Bytes; to: Bytes }, entry: ManifestEntry, sum: string | undefined): void {
    const below = entry.path === '' ? '' : `/${entry.path}`
    const source = joinPath(this.#data.from, step.from) + below
    const was = joinPath(this.#to, step.to) + below
    const old = lookAt(source)
    const isInSource = old !== undefined && !isChanged(entry, old)
    const place = this.#placeOf(entry, was, isInSource)
    const shown = toDisplay(was.slice(this.#verification.root.length))
    const stats = place === undefined ? undefined : lookAt(place)
    if (place === undefined || !stats) {
      // One that stayed in the source is still to come: the plan has it.
      if (this.#isDone || !isInSource) this.#differs('verify-missing', shown, 'is missing')
    } else if (kindOf(stats) !== entry.kind)
      this.#differs('verify-missing', shown, 'is there, but is something else')
    else if (entry.kind === 'link' && readlinkSync(toBuffer(place), 'latin1') !== entry.target)
      this.#differs('verify-link', shown, 'points to something else')
    else if (entry.kind === 'file' && stats.size !== entry.size)
      this.#differs('verify-size', shown, `has ${stats.size} bytes, not ${entry.size}`)
    else if (entry.kind === 'file' && sum !== undefined)
      this.#toRead.push({ place, shown, with: { sum } })
    else if (entry.kind === 'file' && isInSource)
      this.#toRead.push({ place, shown, with: { source } })
    else if (entry.kind === 'file') this.#unknown += 1
  }

  /** @returns of how many files nobody knows what they held. */
  async compare(): Promise<number> {
    const paths = this.#toRead.flatMap(({ place, with: other }) => [
      place,
      ...('source' in other ? [other.source] : []),
    ])
    const sums = await checksumsOf(paths)
    for (const { place, shown, with: other } of this.#toRead) {
      const wanted = 'sum' in other ? other.sum : sums.get(other.source)
      if (sums.get(place) !== wanted)
        this.#differs('verify-checksum', shown, 'does not hold the bytes that it had')
    }
    return this.#unknown
  }

  #placeOf(entry: ManifestEntry, was: Bytes, isInSource: boolean): Bytes | undefined {
    const place = this.#elsewhere.get(was) ?? was
    return lookAt(place) ? place : this.#whereabouts.find(entry, was, isInSource)
  }

  #differs(code: string, subject: string, what: string): void {
    this.#verification.differs(code, subject, `${subject} ${what}`, BACKUP)
  }
}

/** Where later operations of imports have moved files of earlier ones. */
function movedOn(root: Bytes, brought: readonly Brought[]): Map<Bytes, Bytes> {
  const places = new Map<Bytes, Bytes>()
  for (const { data } of brought)
    if (data.kind === 'aside')
      for (const [from, to] of data.steps) places.set(joinPath(root, from), joinPath(root, to))
  return places
}
