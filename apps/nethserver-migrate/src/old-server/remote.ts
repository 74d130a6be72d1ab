import { UsageError } from '@nethserver-migrate/core/runner'

/** The old server, as ssh reaches it. */
export interface Remote {
  /** `[user@]host`, as it was given. */
  readonly address: string
  /** A name for it among files. */
  readonly name: string
  /** The program that rsync talks through, with its options. */
  readonly shell: string
  /** Runs a command there, which comes behind it. */
  readonly ssh: readonly string[]
  /** How a person logs in there. */
  readonly login: string
  /** How a person names it to our commands. */
  readonly from: string
}

const ADDRESS = /^(?:[A-Za-z_][A-Za-z0-9._-]*@)?(?:[A-Za-z0-9][A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+\])$/

/**
 * No question can be answered in a run, and a connection that is dead must end. Everything else,
 * host keys above all, is as the administrator's own ssh has it.
 */
const SSH = [
  'ssh',
  ...['-o', 'BatchMode=yes'],
  ...['-o', 'ConnectTimeout=30'],
  ...['-o', 'ServerAliveInterval=30'],
]

/**
 * Takes an address apart. What it lets through is neither an option to any program nor anything
 * that a shell would look at.
 * @throws UsageError
 */
export function parseRemote(address: string, port?: string): Remote {
  if (!ADDRESS.test(address))
    throw new UsageError(
      'SYNC_BAD_ADDRESS',
      `"${address}" is no address of a server`,
      'write it as root@HOST, an IPv6 address in brackets',
    )
  if (port !== undefined && !(/^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65535))
    throw new UsageError(
      'SYNC_BAD_PORT',
      `"${port}" is no port`,
      'give the number of the port on which the old server takes ssh: 1 to 65535',
    )
  const options = port === undefined ? [] : ['-p', port]
  const host = address.replace(/^.*@/, '')
  // Only rsync wants brackets around an IPv6 address.
  const plain = address.replace(/[[\]]/g, '')
  return {
    address,
    name: port === undefined ? host : `${host}:${port}`,
    shell: [...SSH, ...options].join(' '),
    ssh: [...SSH, ...options, plain],
    login: ['ssh', ...options, plain].join(' '),
    from: `--from ${address}${port === undefined ? '' : ` --port ${port}`}`,
  }
}
