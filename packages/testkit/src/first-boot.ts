import { spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'vitest'
import { programs, recording, type Call } from './programs.js'

const PROVIDER = '/var/lib/provider'

/** Gives accounts as a host does: those of its files first, then those of the provider. */
const GETENT = `#!/bin/sh
cat /etc/$1 ${PROVIDER}/$1 2>/dev/null | grep -m 1 -e "^$2:" -e "^[^:]*:[^:]*:$2:" || exit 2
`

/** Fails, or kills the replay once, where a test has said so. */
const TROUBLE = `
cd ${PROVIDER} || exit
words=$(echo "\${0##*/} $*" | tr ' /' '--')
[ ! -e "broken-$words" ] || exit 1
if [ -e "kill-$words" ]; then
  left=$(cat "kill-$words")
  if [ "$left" = 1 ]; then rm "kill-$words"; kill -9 $PPID; else echo $((left - 1)) >"kill-$words"; fi
fi
`

/** Makes the accounts that it is asked for. */
const SIGNAL_EVENT = recording(`${TROUBLE}
case $1 in
  user-create|group-create)
    getent "\${1%%-*}" "$2" >/dev/null && exit 1
    id=$(cat "id-$2" 2>/dev/null) || { id=$(cat next); echo $((id + 1)) >next; }
    [ "$1" = group-create ] || echo "$2:x:$id:$id::/home/$2:/bin/sh" >>passwd
    echo "$2:x:$id:" >>group ;;
esac
[ ! -f "$3" ] || note=$(cat "$3")
exit 0`)

/** A staged destination that has become the live host; its programs write down their calls. */
export interface FirstBoot {
  /** Runs a program on it. */
  run(command: readonly string[]): SpawnSyncReturns<string>
  /** What the programs of the host were given. */
  calls(): Call[]
  /** The same: their words alone. */
  called(): string[]
  /** A file of the provider: `id-NAME`, or `broken-PROGRAM-WORD…` for a call that fails. */
  provide(name: string, content?: string): string
}

/**
 * Boots a staged destination: its `etc` and `var/lib` are those of the programs that are started.
 * Skips the test where that, or giving files away, is not allowed.
 * @param commands name → text of further programs that the queue calls
 */
export function firstBoot(
  context: TestContext,
  root: string,
  commands: Readonly<Record<string, string>> = {},
): FirstBoot {
  if (process.getuid?.() !== 0) context.skip('only root can give files away')
  const { calls } = programs({
    getent: GETENT,
    'signal-event': SIGNAL_EVENT,
    lpasswd: recording(),
    logger: '#!/bin/sh\n',
    rpm: '#!/bin/sh\n',
    step: recording(TROUBLE),
    ...commands,
  })
  const provider = join(root, PROVIDER)
  mkdirSync(provider, { recursive: true })
  writeFileSync(join(provider, 'next'), '30001\n')
  const run = (command: readonly string[]) => {
    makeEvents(root)
    return spawnSync(
      'unshare',
      [
        ...['--mount', 'sh', '-ec'],
        'mount --bind "$1/etc" /etc; mount --bind "$1/var/lib" /var/lib; shift; exec "$@"',
        ...['sh', root, ...command],
      ],
      { encoding: 'utf8' },
    )
  }
  if (run(['true']).status !== 0) context.skip('unshare(1) may not make mounts here')
  return {
    run,
    calls,
    called: () => calls().map(({ argv }) => argv.join(' ')),
    provide(name, content = '') {
      const file = join(provider, name)
      writeFileSync(file, content)
      return file
    },
  }
}

/** The host has all events that wait, but for those that are called missing. */
function makeEvents(root: string): void {
  const queue = join(root, 'var/lib/nethserver/migration/events.jsonl')
  if (!existsSync(queue)) return
  for (const line of readFileSync(queue, 'utf8').split('\n')) {
    const [, event] = /^\{"event":"(?!missing-)([^"]+)"/.exec(line) ?? []
    if (event !== undefined) mkdirSync(join(root, 'etc/e-smith/events', event), { recursive: true })
  }
}
