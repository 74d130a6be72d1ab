import type { MessageGroup } from '@nethserver-migrate/core/runner'
import { BEFORE_IMPORT_ERRORS, BEFORE_IMPORT_FINDINGS } from './check.js'
import { PACKAGE_ERRORS } from './packages.js'
import { SUBCOMMAND_ERRORS } from './subcommands.js'
import { SYNC_ERRORS, SYNC_FINDINGS } from './sync.js'
import { SYNC_MAIL_ERRORS, SYNC_MAIL_FINDINGS } from './sync-mail.js'

/** Every code that the command line makes itself. */
export const APP_MESSAGES: readonly MessageGroup[] = [
  { title: 'Errors of single commands', messages: SUBCOMMAND_ERRORS },
  { title: 'Errors of the check before an import', messages: BEFORE_IMPORT_ERRORS },
  { title: 'Findings of the check before an import', messages: BEFORE_IMPORT_FINDINGS },
  { title: 'Errors of installing plugins', messages: PACKAGE_ERRORS },
  { title: 'Errors of fetching a source', messages: SYNC_ERRORS },
  { title: 'Findings of fetching a source', messages: SYNC_FINDINGS },
  { title: 'Errors of the synchronisation of mail', messages: SYNC_MAIL_ERRORS },
  { title: 'Findings of the synchronisation of mail', messages: SYNC_MAIL_FINDINGS },
]
