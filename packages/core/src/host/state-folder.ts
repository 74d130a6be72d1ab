import { joinPath, type Bytes } from '../files/bytes.js'

/** Where a destination keeps what the migration needs to remember: mode 0700, root's. */
export function stateFolder(root: Bytes): Bytes {
  return joinPath(root, '/var/lib/nethserver/migration')
}

/** The private file for a secret; without a root as the destination itself sees it. */
export function secretPath(name: Bytes, root: Bytes = ''): Bytes {
  return joinPath(stateFolder(root), 'secrets', name)
}
