/**
 * Something that a person can act on: printed as one line, `CODE: what failed. What to do`.
 * Anything thrown that is not a MigrateError is a defect of ours and is shown with its stack.
 */
export class MigrateError extends Error {
  /** Spelled out: a bundler may rename the class. */
  override readonly name: string = 'MigrateError'
  /** Stable and searchable; each code is explained in docs/messages.md. */
  readonly code: string
  /** What to do now. */
  readonly hint: string

  constructor(code: string, message: string, hint: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
    this.hint = hint
  }
}

/** Wrong words on the command line. */
export class UsageError extends MigrateError {
  override readonly name = 'UsageError'

  static unknownPlugin(name: string, known: readonly string[]) {
    return new UsageError(
      'UNKNOWN_PLUGIN',
      `there is no plugin ${name}`,
      known.length ? `choose one of: ${known.join(', ')}` : 'install the plugin first',
    )
  }

  static unknownAction(name: string, known: readonly string[]) {
    return new UsageError(
      'UNKNOWN_ACTION',
      `no installed plugin has an action ${name}`,
      `choose one of: ${known.join(', ')}`,
    )
  }

  static unknownPackage(name: string, known: readonly string[]) {
    return new UsageError(
      'UNKNOWN_PACKAGE',
      `no plugin knows the package ${name}`,
      `choose from: ${known.join(', ')}`,
    )
  }

  static notEmpty(directory: string) {
    return new UsageError(
      'STAGE_NOT_EMPTY',
      `${directory} exists and is not empty`,
      'name a new directory: a staged destination is never made over other files',
    )
  }
}

/** The source cannot be used as it is. */
export class SourceError extends MigrateError {
  override readonly name = 'SourceError'

  static missing(path: string) {
    return new SourceError(
      'SOURCE_MISSING',
      `cannot read ${path}: no such file or directory`,
      'give the backup archive, or the directory in which it was extracted',
    )
  }

  static notASource(path: string, looked: readonly string[]) {
    return new SourceError(
      'SOURCE_NOT_A_BACKUP',
      `${path} is not an SME Server backup: looked for ${looked.join(' and ')}`,
      'extract the whole backup in a directory and name that directory',
    )
  }

  static missingDatabase(name: string) {
    return new SourceError(
      'SOURCE_DATABASE_MISSING',
      `cannot read home/e-smith/db/${name}: no such file in the source`,
      'extract the whole backup, then run the same command again',
    )
  }

  static link(path: string) {
    return new SourceError(
      'SOURCE_SYMBOLIC_LINK',
      `${path} leads through a symbolic link in the source: not followed`,
      'replace the link by the real folder in the source, then run the same command again',
    )
  }

  static notAFile(path: string) {
    return new SourceError(
      'SOURCE_NOT_A_FILE',
      `${path} in the source is not a regular file`,
      'look at it by hand: it was left where it is',
    )
  }

  static notADirectory(path: string) {
    return new SourceError(
      'SOURCE_NOT_A_DIRECTORY',
      `${path} in the source is not a directory`,
      'look at it by hand: it was left where it is',
    )
  }

  static unknownArchive(path: string) {
    return new SourceError(
      'ARCHIVE_UNKNOWN_FORMAT',
      `${path} is neither a directory nor a tar archive (.tar, .tgz, .tar.gz, .tar.xz, .tar.bz2)`,
      'give the backup archive, or the directory in which it was extracted',
    )
  }

  static brokenArchive(path: string, reason: string) {
    return new SourceError(
      'ARCHIVE_BROKEN',
      `${path} cannot be extracted: ${reason}`,
      'copy the archive from the old server again and compare its checksum; what had been extracted was removed',
    )
  }
}

/** The destination cannot be used as it is. */
export class DestinationError extends MigrateError {
  override readonly name = 'DestinationError'

  static noDatabases(root: string) {
    return new DestinationError(
      'DESTINATION_NOT_FOUND',
      `${root} has no var/lib/nethserver/db: it is no NethServer tree`,
      'make one with: nethserver-migrate stage DIR',
    )
  }

  static missingDatabase(path: string) {
    return new DestinationError(
      'DESTINATION_DATABASE_MISSING',
      `cannot change ${path}: no such database at the destination`,
      'install the package that owns it, then run the same command again',
    )
  }

  static missingRecord(record: string) {
    return new DestinationError(
      'DESTINATION_RECORD_MISSING',
      `${record} does not exist at the destination`,
      'initialise the package that owns it (signal its update event), then run the same command again',
    )
  }

  static changedMeanwhile(record: string) {
    return new DestinationError(
      'DESTINATION_CHANGED_MEANWHILE',
      `${record} was changed by another program during the import: left as it is`,
      'look at the record, then run the same command again',
    )
  }

  static outsideRoot(path: string, root: string) {
    return new DestinationError(
      'DESTINATION_OUTSIDE_ROOT',
      `${path} leads out of the destination ${root} through a symbolic link: not touched`,
      'replace the link by a real folder, then run the same command again',
    )
  }

  static upwards(path: string) {
    return new DestinationError(
      'DESTINATION_PATH_UPWARDS',
      `${path} has .. in it: not touched`,
      'look for a record of the old server with .. in its name, and bring what it is about by hand',
    )
  }

  static notAFolder(path: string) {
    return new DestinationError(
      'DESTINATION_NOT_A_FOLDER',
      `${path} is no folder at the destination: not touched`,
      'move away what lies there, then run the same command again',
    )
  }

  static unknownOwner(owner: string) {
    return new DestinationError(
      'DESTINATION_UNKNOWN_ACCOUNT',
      `the destination has no account ${owner}`,
      'create the account, then run the same command again',
    )
  }

  static locked(holder: string) {
    return new DestinationError(
      'ANOTHER_RUN',
      `another migration is running on this destination: ${holder}`,
      'wait until it has ended, then run the same command again',
    )
  }

  static rollbackUnfinished(at: string) {
    return new DestinationError(
      'ROLLBACK_UNFINISHED',
      `a rollback that began at ${at} did not come to its end`,
      'bring it to its end first: nethserver-migrate rollback',
    )
  }

  static roomUnknown(folder: string) {
    return new DestinationError(
      'ROOM_UNKNOWN',
      `cannot see how much room there is in ${folder}: df says nothing of it`,
      `see what df -P -k ${folder} says, then run the same command again`,
    )
  }

  static noRoomToExtract(archive: string, room: string, mount: string) {
    return new DestinationError(
      'ARCHIVE_NO_ROOM',
      `${archive} expands to more than the ${room} that the filesystem ${mount} has room for: not extracted`,
      'make room there, or extract it on a larger filesystem and give that directory; an archive that should be smaller than that is damaged or means harm',
    )
  }

  static neverImported(host: string) {
    return new DestinationError(
      'NEVER_IMPORTED',
      `no import of ${host} is known here, or all were undone`,
      'import it first; to see what that would do: nethserver-migrate plan',
    )
  }

  static undoMissing(path: string) {
    return new DestinationError(
      'UNDO_MISSING',
      `cannot read ${path}: without it nothing can be undone`,
      'restore it from a backup of the destination, or take the changes of the journal back by hand',
    )
  }

  static nothingToUndo() {
    return new DestinationError(
      'NOTHING_TO_UNDO',
      'no import was made here, or all were undone',
      'nothing has to be done',
    )
  }

  /** @param remedy another one where the command can also do without a live NethServer. */
  static notRoot(remedy = 'log in as root') {
    return new DestinationError('NOT_ROOT', 'a live NethServer can only be changed by root', remedy)
  }
}

/** A plugin that cannot be used. */
export class PluginError extends MigrateError {
  override readonly name = 'PluginError'

  static otherApi(name: string, made: unknown, ours: number) {
    return new PluginError(
      'PLUGIN_OTHER_API',
      `plugin ${name} was made for plugin API ${String(made)}, this nethserver-migrate has API ${ours}`,
      'install the release of the plugin that fits, or update nethserver-migrate',
    )
  }

  static malformed(name: string, problem: string) {
    return new PluginError(
      'PLUGIN_MALFORMED',
      `plugin ${name} is malformed: ${problem}`,
      'report it to the maintainers of the plugin',
    )
  }
}

/** The administrator (or the system) asked the run to stop. */
export class InterruptedError extends MigrateError {
  override readonly name = 'InterruptedError'

  readonly signal: NodeJS.Signals

  constructor(signal: NodeJS.Signals) {
    super('INTERRUPTED', `stopped by ${signal}`, 'run the same command again: it goes on from here')
    this.signal = signal
  }
}

/** What a person does about an error of the system. */
const SYSTEM_REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'make room on the disk',
  EDQUOT: 'raise the quota',
  EACCES: 'see who may read and write there',
  EPERM: 'see who may read and write there',
  EROFS: 'mount the filesystem for writing',
  EIO: 'look at the disk',
}

/** Whether the run cannot go on after an error, not even with something else. */
export function endsRun(error: unknown): boolean {
  return isMigrateError(error) && ['InterruptedError', 'JournalError'].includes(error.name)
}

/** Whether nobody but us can mend it. */
export function isDefect(error: unknown): error is Error {
  return error instanceof Error && !isMigrateError(error) && describeError(error).remedy === ''
}

/** One line for people: code, message, remedy. */
export function describeError(error: unknown): { code: string; message: string; remedy: string } {
  if (isMigrateError(error)) return { code: error.code, message: error.message, remedy: error.hint }
  if (error instanceof Error) {
    const code = 'code' in error ? String(error.code) : 'DEFECT'
    const remedy = SYSTEM_REMEDIES[code]
    return {
      code,
      message: error.message,
      remedy: remedy === undefined ? '' : `${remedy}, then run the same command again`,
    }
  }
  return { code: 'DEFECT', message: String(error), remedy: '' }
}

/** By shape, not by class: a plugin's bundle brings its own copy of the classes. */
export function isMigrateError(error: unknown): error is MigrateError {
  return error instanceof Error && 'code' in error && 'hint' in error
}
