import type { OwnerNames, TransferTree } from '../destination/file-operations.js'
import type { Bytes } from '../files/bytes.js'
import type { Source } from '../source/source.js'

/** Where an old server keeps a folder for each user. */
export const OLD_HOMES = 'home/e-smith/files/users'

/** What lies beside the files of a user and belongs to the mail server. */
const MAIL = ['Maildir', 'sieve', '.dovecot.sieve', '.dovecot.svbin']

/** One user's old folder: `home/` moves up into the new home, other files of the folder go beside it. */
export function homeTransfers(
  source: Source,
  user: Bytes,
  to: Bytes,
  owner: OwnerNames,
): TransferTree[] {
  const folder = `${OLD_HOMES}/${user}`
  const rest = { from: folder, to, owner, mode: 0o700, exclude: ['home', ...MAIL] }
  return source.kind(folder) === 'directory' && source.kind(`${folder}/home`) !== 'missing'
    ? [{ from: `${folder}/home`, to, owner, mode: 0o700 }, rest]
    : [rest]
}
