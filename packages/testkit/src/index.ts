export { bundled } from './bundled.js'
export { certificatePair, inOldForm, type CertificatePair } from './certificate-pair.js'
export { filesHolding } from './files-holding.js'
export { fixtureSource } from './fixture-source.js'
export { liveHost, type LiveHost, type LiveHostOptions } from './live-host.js'
export { liveNethServer, type LiveNethServer } from './live-nethserver.js'
export { manifest } from './manifest.js'
export { startMariadb, type Mariadb } from './mariadb-server.js'
export { programs, recording, type Call, type Programs } from './programs.js'
export { replayQueue } from './replay-queue.js'
export { signalEvent, type EventResult } from './signal-event.js'
export { domainSid, tdbFile } from './tdb-file.js'
export { temporaryFolder } from './temporary-folder.js'
export {
  testbed,
  withoutOwnersNotice,
  type RunResult,
  type Testbed,
  type TestbedOptions,
} from './testbed.js'
export { writeTree, type Tree, type TreeEntry } from './write-tree.js'
