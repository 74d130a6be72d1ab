import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from './temporary-folder.js'

/** The sample backup that ships with the project. */
const sampleBackup = fileURLToPath(new URL('../../../examples/acme-sme8.tgz', import.meta.url))

/** The sample backup, extracted in a folder of this test. */
export function fixtureSource(): string {
  const folder = temporaryFolder()
  execFileSync('tar', ['-xzpf', sampleBackup, '--numeric-owner', '-C', folder])
  return folder
}
