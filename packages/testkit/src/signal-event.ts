import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const EVENTS = '/etc/e-smith/events'
const GENERIC = [
  ['templates2expand', 'S05generic_template_expand', 'generic_template_expand'],
  ['services2adjust', 'S90adjust-services', 'adjust-services'],
] as const

export interface EventResult {
  readonly exitCode: 0 | 1
  /** In the words of a host's log, without the seconds. */
  readonly log: readonly string[]
}

/**
 * Signals an event in a tree that is a whole system (its programs run under chroot) as a host's own
 * signal-event does: each handler in a process of its own, in the byte order of their names, and the
 * next one also after a failure.
 */
export function signalEvent(root: string, event: string, ...args: string[]): EventResult {
  const handlers = handlersOf(root, event)
  const log = [['Event:', event, ...args].join(' ')]
  let exitCode: 0 | 1 = 0
  for (const { path } of handlers) {
    if (!isExecutable(root, path)) {
      log.push(`skipped, not executable: ${path}`)
      continue
    }
    const { status, signal, stdout } = spawnSync(
      'chroot',
      [root, '/bin/sh', '-c', 'exec "$@" 2>&1', 'sh', path, event, ...args],
      { encoding: 'utf8', env: { LANG: 'en_US.utf8', PATH: '/sbin:/bin:/usr/sbin:/usr/bin' } },
    )
    log.push(...stdout.split('\n').filter(Boolean))
    if (status !== 0) exitCode = 1
    log.push(`Action: ${path} ${status === 0 ? 'SUCCESS' : `FAILED: ${status ?? signal}`}`)
  }
  log.push(`Event: ${event} ${exitCode === 0 ? 'SUCCESS' : 'FAILED'}`)
  return { exitCode, log }
}

function handlersOf(root: string, event: string): { name: string; path: string }[] {
  const folder = join(root, EVENTS, event)
  const links = readdirSync(folder)
    .filter((name) => !lstatSync(join(folder, name)).isDirectory())
    .map((name) => ({ name, path: `${EVENTS}/${event}/${name}` }))
  const generic = GENERIC.filter(([kind]) => existsSync(join(folder, kind))).map(
    ([, name, action]) => ({ name, path: `${EVENTS}/actions/${action}` }),
  )
  return [...links, ...generic].sort((a, b) =>
    Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)),
  )
}

/** Asked inside, where an absolute link leads to the tree's own file. */
function isExecutable(root: string, path: string): boolean {
  return spawnSync('chroot', [root, '/bin/sh', '-c', '[ -x "$1" ]', 'sh', path]).status === 0
}
