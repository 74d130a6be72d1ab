import type { TransferRules } from '../files/transfer-rules.js'

/** Files that the mail server makes itself, and would not believe when they come from elsewhere. */
const OF_THE_SERVER =
  /^(subscriptions|maildirsize|maildirfolder|dovecot([-.].*)?|courier.*|\.dovecot.*)$/

/**
 * How mailboxes are merged: a message is known by its name without the flags, in `cur` or `new`
 * alike. docs/files.md#mailboxes
 */
export const maildirRules: TransferRules = {
  folderName: (name) => name.replace(/\\/g, '\\5c'),
  keepsLinksInside: true,
  identityOf: (folder, name) =>
    folder === 'cur' || folder === 'new' ? name.replace(/:2,.*$/s, '') : undefined,
  foldersOfOneKind: ['cur', 'new'],
  destinationKeeps: (name) => OF_THE_SERVER.test(name),
}
