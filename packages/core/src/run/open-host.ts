import { existsSync } from 'node:fs'
import { requireDatabases } from '../destination/destination.js'
import { DestinationError } from '../errors.js'
import { toBuffer, type Bytes } from '../files/bytes.js'
import type { Host } from '../host/host.js'
import { NethServerHost } from '../host/nethserver-host.js'
import { StagedHost } from '../host/staged-host.js'

/**
 * The system below a root; for the empty one the live system.
 * @throws DestinationError when it is no NethServer, or may not be changed by this user.
 */
export function openHost(root: Bytes, mode: 'plan' | 'apply'): Host {
  const host: Host = root === '' ? new NethServerHost() : new StagedHost(root)
  requireDatabases(host, (path) => existsSync(toBuffer(path)))
  if (host.kind === 'nethserver' && mode === 'apply' && process.getuid?.() !== 0)
    throw DestinationError.notRoot(
      'log in as root, or prepare a staged destination with --root DIR',
    )
  return host
}
