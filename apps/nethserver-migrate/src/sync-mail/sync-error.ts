import { MigrateError, toDisplay } from '@nethserver-migrate/core/runner'
import type { Remote } from './remote.js'

/** A synchronisation that did not come about: nothing was changed at the destination. */
export class SyncError extends MigrateError {
  override readonly name = 'SyncError'

  static noRsync() {
    return new SyncError(
      'RSYNC_MISSING',
      'there is no rsync program here',
      'install rsync (yum install rsync), then run the same command again',
    )
  }

  /** Finds out from what ssh and rsync have said why there was no end to it. */
  static ended(remote: Remote, why: string, complaints: readonly string[]) {
    const words = complaints.join('\n')
    const last = [...complaints].reverse().find((line) => !/^rsync(:| error:)/.test(line))
    const said = toDisplay(last ?? complaints[0] ?? why)
    for (const { code, pattern, hint } of KNOWN)
      if (pattern.test(words))
        return new SyncError(code, `${remote.address}: ${said}`, hint(remote.login))
    return new SyncError(
      'SYNC_FETCH_FAILED',
      `${remote.address}: ${said}`,
      `see whether ${remote.login} true works, then run the same command again: it goes on from here`,
    )
  }

  static noPlugin() {
    return new SyncError(
      'SYNC_NO_PLUGIN',
      'no installed plugin merges mailboxes',
      'install nethserver-mail-server-migrate, then run the same command again',
    )
  }

  static cannotMerge(reason: string, remedy: string) {
    return new SyncError(
      'SYNC_CANNOT_MERGE',
      `mail cannot be merged here: ${reason}`,
      remedy || 'install what is missing here, then run the same command again',
    )
  }

  static newMailHere(mailboxes: readonly string[]) {
    return new SyncError(
      'SYNC_NEW_MAIL_HERE',
      `mail that never was on the old server has arrived here, and --delete would take it away: ${mailboxes.join(', ')}`,
      'run it without --delete: the new server is in use already',
    )
  }

  static incompleteList(complaint: string) {
    return new SyncError(
      'SYNC_LIST_INCOMPLETE',
      `the old server could not list all of its messages, so none is taken away here: ${complaint}`,
      'mend the cause on the old server, or run it without --delete',
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
