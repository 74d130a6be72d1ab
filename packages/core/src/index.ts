export {
  definePlugin,
  PLUGIN_API,
  type Action,
  type Feature,
  type FeatureRecord,
  type MigrateContext,
  type Plugin,
  type SourceDatabases,
} from './plugin/define-plugin.js'
export type { CheckNote, CheckSeverity } from './check/check-finding.js'
export type { Check, CheckContext, PluginChecks } from './check/plugin-checks.js'
export type { Answers, Choice, FreeAnswer, LookContext, Question } from './decisions/question.js'
export { createlinks, type Createlinks, type EventLinks } from './plugin/createlinks.js'
export { firstOfEachSpelling } from './plugin/first-of-each-spelling.js'
export { addressNumber, greenNetworks, type GreenNetwork } from './plugin/green-networks.js'
export { isHostName } from './plugin/host-name.js'
export { homeTransfers, OLD_HOMES } from './plugin/home-transfers.js'
export { importable } from './plugin/importable.js'
export { accountNameProblem, isReservedAccount } from './plugin/account-names.js'
export { isNetbiosName } from './plugin/netbios-name.js'
export type { Coverage, LeftOut, LeftOutReason } from './plugin/coverage.js'
export type { Message, Messages } from './messages/message.js'
export { readOptions } from './mysql/option-file.js'
export { toDisplay, toText, trimBlanks, type Bytes } from './files/bytes.js'
export { splitNames } from './source/account-files.js'
export type { PasswordHash } from './source/password-hash.js'
export type { EntryKind } from './files/entry-kind.js'
export { sambaSecrets, type SambaSecrets } from './source/samba-secrets.js'
export type { SmbpasswdEntry } from './source/smbpasswd.js'
export type { Source } from './source/source.js'
export type { AccountsProvider } from './destination/accounts-provider.js'
export type { Acl, AclEntry, FileAcl, RestoreAcls } from './destination/acl-operations.js'
export type {
  AccountResult,
  ExpectedGroup,
  ExpectedUser,
  NewGroup,
  NewPassword,
  NewUser,
} from './destination/account-operations.js'
export type { CommandOptions, Destination, EventOptions } from './destination/destination.js'
export type { Part, SignalFor, Step } from './destination/live-operations.js'
export type { DestinationDatabase } from './destination/destination-database.js'
export type {
  CopyFile,
  FileResult,
  MakeFolder,
  MakeLink,
  MoveAside,
  OwnerNames,
  TransferTree,
  WriteFile,
} from './destination/file-operations.js'
export { mailboxState, oldMailboxes, type OldMailbox } from './mail/mailboxes.js'
export { maildirRules } from './mail/maildir-rules.js'
export type { TransferRules } from './files/transfer-rules.js'
export type { LoadDumps, RootPassword } from './destination/load-dumps.js'
export type { OperationResult } from './destination/operation.js'
export type { Log, LogDetails } from './report/log.js'
export type { ServiceContext, ServiceTest, ServiceTests } from './services/service-test.js'
export type { EsmithRecord, Props, RecordTableView } from '@nethserver-migrate/esmith-db'
export { LEFT_BEHIND } from './report/findings.js'
