import { runProgram } from '../host/run-program.js'
import { failed, notDone, passed, type Means, type Tried } from './trial.js'

/**
 * Results of LDAP that say no to a stranger, and so come from a server that runs: a log-in or TLS
 * is wanted first, or nobody may read.
 */
const REFUSALS = [8, 13, 48, 50, 53].map((result) => `exit status ${result}`)

/** What every LDAP server says about itself to everybody, unless it wants a log-in first. */
export async function tryDirectory(uri: string, { statusCommand, signal }: Means): Promise<Tried> {
  const question = ['ldapsearch', '-x', '-LLL', '-H', uri, '-s', 'base', '-b', '', 'namingContexts']
  const { failure, output } = await runProgram(question, { signal })
  if (failure === 'no such program')
    return notDone(
      'the program ldapsearch is not installed here',
      'Run yum install openldap-clients, then verify again',
    )
  if (failure === undefined) return passed(`${uri} answers`)
  if (REFUSALS.includes(failure)) return passed(`${uri} answers, and wants a log-in`)
  return failed(
    `${uri} does not answer: ${output.trim().split('\n')[0] || failure}`,
    `Run ${statusCommand}, start the service if it does not run, then ldapsearch -x -H ${uri} -s base -b ""`,
  )
}
