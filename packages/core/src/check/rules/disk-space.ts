import { existsSync, statSync } from 'node:fs'
import type { Change } from '../../destination/changes.js'
import { joinPath, parentOf, toBuffer, toBytes, type Bytes } from '../../files/bytes.js'
import { gigabytes, roomIn } from '../../files/disk-room.js'
import type { Host } from '../../host/host.js'
import type { Report } from '../../report/report.js'
import type { Source } from '../../source/source.js'
import type { CheckNote } from '../check-finding.js'

export interface DiskContext {
  readonly host: Host
  readonly source: Source
  readonly transfer: 'move' | 'copy'
  /** The plan of the import. */
  readonly report: Report
}

/** What a copied file takes beside its bytes: the rest of its last block. */
const BLOCK = 4096

/**
 * Whether what is copied has room on each filesystem of the destination. What is moved within a
 * filesystem takes none.
 */
export function diskNotes(context: DiskContext): CheckNote[] {
  const needed = new Map<number, { folder: Bytes; bytes: number }>()
  for (const { change, outcome } of context.report.changes) {
    if (outcome !== 'pending') continue
    const copy = copied(change, context)
    if (!copy) continue
    const folder = nearestFolder(copy.to)
    const device = deviceOf(folder)
    if (!copy.always && context.transfer === 'move' && device === deviceOf(copy.from)) continue
    const known = needed.get(device)
    if (known) known.bytes += copy.bytes
    else needed.set(device, { folder, bytes: copy.bytes })
  }
  return [...needed.values()].flatMap(({ folder, bytes }) => {
    const { available, mount } = roomIn(folder)
    return bytes <= available
      ? []
      : [
          {
            severity: 'blocker',
            code: 'disk-space',
            subject: mount,
            message: `${gigabytes(bytes)} are copied to the filesystem ${mount}, which has room for ${gigabytes(available)}`,
            remedy: `Make room there (df -h ${mount} shows it), or put the extracted backup on the same filesystem: files are moved then`,
          },
        ]
  })
}

interface Copy {
  readonly from: Bytes
  readonly to: Bytes
  readonly bytes: number
  /** Also within a filesystem. */
  readonly always: boolean
}

function copied(change: Change, { host, source }: DiskContext): Copy | undefined {
  const { root } = host
  if (change.kind === 'tree') {
    const from = toBytes(change.from)
    return {
      from: from.startsWith('/') ? joinPath(root, from) : source.path(from),
      to: joinPath(root, toBytes(change.to)),
      bytes: change.bytes + change.files * BLOCK,
      always: false,
    }
  }
  if (change.kind === 'database')
    return {
      from: source.directory,
      to: joinPath(
        root,
        host.kind === 'nethserver' ? '/var/lib/mysql' : '/var/lib/nethserver/migration',
      ),
      bytes: change.bytes,
      always: true,
    }
  return undefined
}

function nearestFolder(path: Bytes): Bytes {
  let folder = path
  while (folder !== '/' && !existsSync(toBuffer(folder))) folder = parentOf(folder)
  return folder
}

function deviceOf(path: Bytes): number {
  return statSync(toBuffer(nearestFolder(path))).dev
}
