import { lstatSync } from 'node:fs'
import { unquotedName } from '../files/acl-text.js'
import { joinPath, toBuffer, type Bytes } from '../files/bytes.js'
import { readAclsOf } from '../files/read-acls.js'
import type { PastOperation } from '../journal/history.js'
import type { Log } from '../report/log.js'
import { readManifest } from '../undo/tree-manifest.js'
import { readUndo, undoPath } from '../undo/undo-file.js'
import { lookAt } from '../undo/undoing.js'
import type { OwnerClaim } from './owner-claims.js'
import type { StagedIds } from './replay-log.js'
import { undoDataOf } from './staged-accounts.js'

/** Which accounts the ids of a staged destination stand for. */
interface Names {
  readonly users: ReadonlyMap<number, { readonly name: Bytes; readonly gid: number }>
  readonly groups: ReadonlyMap<number, Bytes>
}

/**
 * Finds what imports into the staged destination have brought for its accounts, by their names: the
 * ids are those of other accounts as soon as the provider has given some. docs/staging.md#accounts
 * @param operations of imports, oldest first
 * @param known.claimedBy the runs of an ordinary user, who has written the owners down already
 */
export async function findOwners(
  operations: readonly PastOperation[],
  { staged, claimedBy }: { readonly staged: StagedIds; readonly claimedBy: ReadonlySet<string> },
  log: Log,
): Promise<OwnerClaim[]> {
  const names = namesOf(staged)
  if (names.users.size + names.groups.size === 0) return []
  const { paths, trees } = broughtBy(withoutTreesOfOthers(operations, staged))
  const claims = [...paths].flatMap(([path, run]) => {
    const claim = claimedBy.has(run) ? undefined : claimOf(path, names)
    return claim ? [claim] : []
  })
  return [...claims, ...(await findAcls(trees, paths, names, log))]
}

function namesOf({ users, groups }: StagedIds): Names {
  return {
    users: new Map(Object.entries(users).map(([name, [uid, gid]]) => [uid, { name, gid }])),
    groups: new Map(Object.entries(groups).map(([name, gid]) => [gid, name])),
  }
}

function claimOf(path: Bytes, { users, groups }: Names): OwnerClaim | undefined {
  const stats = lookAt(path)
  if (!stats) return undefined
  const { uid, gid } = stats
  const user = users.get(uid)
  // The group that the user had of its own is the one that it has of its own here.
  const group = user?.gid === gid ? null : groups.get(gid)
  if (!user && group === undefined) return undefined
  return {
    path,
    ...(user ? { user: user.name, uid } : {}),
    ...(group === undefined ? {} : { group, gid }),
  }
}

/** A tree of somebody else, such as a mailbox, has nothing for them unless it got ACLs, however large it is. */
function withoutTreesOfOthers(
  operations: readonly PastOperation[],
  { users, groups }: StagedIds,
): PastOperation[] {
  const withAcls = operations.flatMap(({ operation: { change } }) =>
    change.kind === 'acls' ? [change.folder] : [],
  )
  return operations.filter(({ operation: { change } }) => {
    if (change.kind !== 'tree' || change.owner === undefined) return true
    const { to } = change
    const [user = '', group = ''] = change.owner.split(':')
    const hasAcls = withAcls.some(
      (folder) => `${folder}/`.startsWith(`${to}/`) || `${to}/`.startsWith(`${folder}/`),
    )
    return hasAcls || user in users || group in groups
  })
}

/**
 * Paths of all that operations have brought, each with the run, and the folders in which they may have
 * set ACLs.
 */
function broughtBy(operations: readonly PastOperation[]): {
  paths: Map<Bytes, string>
  trees: Bytes[]
} {
  const paths = new Map<Bytes, string>()
  const trees = new Set<Bytes>()
  for (const operation of operations)
    for (const data of undoDataOf(operation)) {
      if ('made' in data) for (const path of data.made) paths.set(path, operation.run)
      switch (data.kind) {
        case 'tree': {
          trees.add(data.to)
          const manifest = readUndo(undoPath('', operation.run), data.manifest)
          for (const { to, entries } of readManifest(manifest).steps)
            for (const { path } of entries)
              paths.set(joinPath(data.to, to) + (path === '' ? '' : `/${path}`), operation.run)
          break
        }
        case 'file':
        case 'folder':
        case 'link':
          paths.set(data.path, operation.run)
          break
        case 'acls':
          if (data.folder !== undefined) trees.add(data.folder)
          break
        case 'lines':
        case 'aside':
          // Nothing of a person.
          break
      }
    }
  const isBelowAnother = (tree: Bytes) =>
    [...trees].some((other) => tree !== other && tree.startsWith(`${other}/`))
  return { paths, trees: [...trees].filter((tree) => !isBelowAnother(tree)) }
}

async function findAcls(
  trees: readonly Bytes[],
  paths: ReadonlyMap<Bytes, string>,
  { users, groups }: Names,
  log: Log,
): Promise<OwnerClaim[]> {
  const there = trees.filter((tree) =>
    lstatSync(toBuffer(tree), { throwIfNoEntry: false })?.isDirectory(),
  )
  const { text, isWhole } = await readAclsOf(there)
  if (!isWhole)
    log.error('not all ACLs of the migrated files could be read: ids in them may be wrong', {
      code: 'owners-not-given',
      remedy: 'Install getfacl (package acl), then look at them by hand',
    })
  return text.split('\n\n').flatMap((block): OwnerClaim[] => {
    const [first = '', ...lines] = block.split('\n')
    const path = unquotedName(first.slice('# file: '.length))
    const entries = lines.filter((line) => line !== '' && !line.startsWith('# '))
    const named = entries.map((line) =>
      line.replace(
        /^((?:default:)?(user|group):)(\d+):/,
        (whole, start: string, tag: string, id: string) => {
          const name = tag === 'user' ? users.get(Number(id))?.name : groups.get(Number(id))
          return name === undefined ? whole : `${start}${name}:`
        },
      ),
    )
    const isChanged = named.some((line, index) => line !== entries[index])
    return isChanged && paths.has(path)
      ? [{ path, acl: { staged: entries.join('\n'), named: named.join('\n') } }]
      : []
  })
}
