import { toDisplay, type Interruption } from '@nethserver-migrate/core/runner'
import { OldServerError } from '../old-server/old-server-error.js'
import type { Remote } from '../old-server/remote.js'
import { runLineByLine } from '../old-server/run-line-by-line.js'

/** What changes mail, files or databases on the old server: in the order in which it is stopped. */
export const SERVICES = [
  ...['qmail', 'qpsmtpd', 'sqpsmtpd', 'imap', 'imaps', 'pop3', 'pop3s', 'httpd-e-smith'],
  ...['smb', 'hfaxd', 'sogod', 'dovecot'],
]

/** The programs of the old server are not all on the path of a command that comes by ssh. */
const SEARCH_PATH = 'PATH="$PATH:/sbin/e-smith:/sbin:/usr/sbin"'

/** Stops the services that are there, and ends at the first that does not stop. */
const STOP = `${SEARCH_PATH}
for service in "$@"; do
  [ -e "/etc/init.d/$service" ] || continue
  if service "$service" stop >&2; then echo "$service"
  # Many say that it is a failure to stop what does not run.
  elif service "$service" status >&2; then exit 1
  fi
done
`

const PRE_BACKUP = `${SEARCH_PATH}
signal-event pre-backup >&2
`

/** The services of the old server during the last fetch, when nothing may change there any more. */
export class OldServices {
  readonly #remote: Remote
  readonly #interruption: Interruption
  readonly #stopped: string[] = []

  constructor(remote: Remote, interruption: Interruption) {
    this.#remote = remote
    this.#interruption = interruption
  }

  get stopped(): readonly string[] {
    return this.#stopped
  }

  /** The command that starts again what was stopped; nothing when nothing was. */
  get restart(): string | undefined {
    if (this.#stopped.length === 0) return undefined
    const services = [...this.#stopped].reverse().join(' ')
    return `${this.#remote.login} 'for s in ${services}; do service $s start; done'`
  }

  /** @throws OldServerError when one does not stop: those before it are stopped then. */
  async stop(): Promise<void> {
    await this.#run(STOP, SERVICES, 'a service does not stop', (line) => {
      if (SERVICES.includes(line)) this.#stopped.push(line)
    })
  }

  /** Has the old server dump its databases and ACLs into files. */
  async prepareBackup(): Promise<void> {
    await this.#run(PRE_BACKUP, [], 'its pre-backup event failed')
  }

  async #run(
    script: string,
    args: readonly string[],
    what: string,
    onLine: (line: string) => void = () => undefined,
  ): Promise<void> {
    this.#interruption.throwIfRequested()
    const { status, failure, complaints } = await runLineByLine(
      [...this.#remote.ssh, 'sh', '-s', '--', ...args],
      { input: script, onLine, interruption: this.#interruption },
    )
    this.#interruption.throwIfRequested()
    if (status === 0) return
    // What ssh ends with when it could not reach the server.
    if (status === 255 || failure !== undefined)
      throw OldServerError.ended(this.#remote, failure ?? 'ssh ended with 255', complaints)
    throw OldServerError.failed(
      this.#remote,
      what,
      toDisplay(complaints[complaints.length - 1] ?? ''),
    )
  }
}
