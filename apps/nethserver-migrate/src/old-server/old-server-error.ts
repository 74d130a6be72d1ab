import { MigrateError, toDisplay } from '@nethserver-migrate/core/runner'
import type { Remote } from './remote.js'

/** The old server could not be reached, or did not do what it was asked to. */
export class OldServerError extends MigrateError {
  override readonly name = 'OldServerError'

  static noRsync() {
    return new OldServerError(
      'RSYNC_MISSING',
      'there is no rsync program here',
      'install rsync (yum install rsync), then run the same command again',
    )
  }

  static failed(remote: Remote, what: string, said: string) {
    return new OldServerError(
      'OLD_SERVER_FAILED',
      `${remote.address}: ${what}${said === '' ? '' : `: ${said}`}`,
      `mend the cause there (${remote.login}), then run the same command again`,
    )
  }

  /** Finds out from what ssh and rsync have said why there was no end to it. */
  static ended(remote: Remote, why: string, complaints: readonly string[]) {
    for (const { code, pattern, hint } of KNOWN) {
      const line = complaints.find((words) => pattern.test(words))
      if (line !== undefined)
        return new OldServerError(
          code,
          `${remote.address}: ${toDisplay(line.replace(/^@ */, ''))}`,
          hint(remote.login),
        )
    }
    // Behind a greeting of the server; what rsync says of a connection that ssh has ended is less.
    const ofRsync = complaints.filter((line) => /^rsync( error)?: /.test(line))
    const said =
      ofRsync.find((line) => !/connection unexpectedly closed|^rsync error: /.test(line)) ??
      [...complaints].reverse().find((line) => !ofRsync.includes(line)) ??
      ofRsync[0] ??
      why
    return new OldServerError(
      'SYNC_FETCH_FAILED',
      `${remote.address}: ${toDisplay(said)}`,
      `see whether ${remote.login} true works, then run the same command again: it goes on from here`,
    )
  }
}

/** What ssh and the shell of the old server say, most telling first. */
const KNOWN: readonly { code: string; pattern: RegExp; hint: (login: string) => string }[] = [
  {
    code: 'SSH_HOST_KEY_CHANGED',
    pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    hint: (login) =>
      `find out why the server has another key; when it is the right one, remove the old key as ssh says, then log in once by hand: ${login} true`,
  },
  {
    code: 'SSH_HOST_KEY_UNKNOWN',
    pattern: /Host key verification failed/,
    hint: (login) =>
      `log in once by hand and compare the fingerprint: ${login} true; then run the same command again`,
  },
  {
    code: 'SSH_PERMISSION_DENIED',
    pattern: /Permission denied \([a-z,-]+\)|Too many authentication failures/,
    hint: (login) =>
      `give it the key of this root user: ${login.replace(/^ssh/, 'ssh-copy-id')}; then run the same command again`,
  },
  {
    code: 'SSH_NO_CONNECTION',
    pattern:
      /Connection refused|timed out|No route to host|Network is unreachable|Could not resolve hostname/,
    hint: (login) => `check address and port: ${login} true; then run the same command again`,
  },
  {
    code: 'REMOTE_RSYNC_MISSING',
    pattern: /rsync: (command )?not found|rsync: No such file or directory/,
    hint: (login) => `install rsync on the old server: ${login} yum -y install rsync`,
  },
]
