import { toDisplay, toText, type Bytes } from '../files/bytes.js'
import { runProgram } from '../host/run-program.js'
import { parsePasswd } from '../source/account-files.js'
import { failed, passed, someOf, type Means, type Tried } from './trial.js'

/** All users with one `getent`: a provider far away is asked by one program, not by thousands. */
export async function tryAccounts(
  users: readonly Bytes[],
  { statusCommand, signal }: Means,
): Promise<Tried> {
  const { failure, output, stdout } = await runProgram(['getent', 'passwd', ...users.map(toText)], {
    signal,
  })
  // 2: some of them are not there.
  if (failure !== undefined && failure !== 'exit status 2')
    return failed(
      `the accounts cannot be looked up: getent: ${failure} ${output.trim()}`.trim(),
      `Run ${statusCommand}, start the service if it does not run, then look whether getent passwd ${toDisplay(users[0] ?? '')} finds an account`,
    )
  const known = new Set([...parsePasswd(stdout).entries.keys()].map(localPart))
  const unknown = users.filter((name) => !known.has(localPart(name))).map(toDisplay)
  if (unknown.length === 0) return passed(`all ${users.length} imported users are known`)
  return failed(
    `of ${users.length} imported users ${unknown.length} are unknown: ${someOf(unknown)}`,
    `Run ${statusCommand}, start the service if it does not run, then look whether getent passwd ${unknown[0]} finds the account; see in the report of the import what became of it`,
  )
}

/** A domain may be added to the name. */
function localPart(name: Bytes): Bytes {
  return name.replace(/@.*/s, '').toLowerCase()
}
