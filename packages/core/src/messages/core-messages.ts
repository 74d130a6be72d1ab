import { CHECK_ERRORS, CHECK_FINDINGS } from './check.js'
import { COMMAND_ERRORS } from './command.js'
import { DATABASE_FILE_ERRORS } from './database-files.js'
import { DATABASE_SERVER_ERRORS } from './database-server.js'
import { DESTINATION_ERRORS } from './destination.js'
import { JOURNAL_ERRORS } from './journal.js'
import type { MessageGroup } from './message.js'
import { REPLAY_ERRORS, REPLAY_FINDINGS } from './replay.js'
import { RUN_FINDINGS } from './run.js'
import { SOURCE_ERRORS } from './source.js'
import { SYSTEM_ERRORS } from './system.js'
import { UNDO_ERRORS, UNDO_FINDINGS } from './undo.js'
import { VERIFY_ERRORS, VERIFY_FINDINGS } from './verify.js'

/** Every code that core makes, whichever plugin runs. */
export const CORE_MESSAGES: readonly MessageGroup[] = [
  { title: 'Errors of the command', messages: COMMAND_ERRORS },
  { title: 'Errors of the source', messages: SOURCE_ERRORS },
  { title: 'Errors of the destination', messages: DESTINATION_ERRORS },
  { title: 'Errors of the journal', messages: JOURNAL_ERRORS },
  { title: 'Errors of the databases', messages: DATABASE_FILE_ERRORS },
  { title: 'Errors of the database server', messages: DATABASE_SERVER_ERRORS },
  { title: 'Errors of the system', messages: SYSTEM_ERRORS },
  { title: 'Errors of the check', messages: CHECK_ERRORS },
  { title: 'Errors of a rollback', messages: UNDO_ERRORS },
  { title: 'Errors of a replay', messages: REPLAY_ERRORS },
  { title: 'Errors of verify', messages: VERIFY_ERRORS },
  { title: 'Findings of a run', messages: RUN_FINDINGS },
  { title: 'Findings of the check', messages: CHECK_FINDINGS },
  { title: 'Findings of a rollback', messages: UNDO_FINDINGS },
  { title: 'Findings of a replay', messages: REPLAY_FINDINGS },
  { title: 'Findings of verify', messages: VERIFY_FINDINGS },
]
