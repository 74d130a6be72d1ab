import { toBytes, toDisplay, type Bytes } from '../files/bytes.js'
import { runProgram } from '../host/run-program.js'
import { failed, notDone, passed, someOf, type Means, type Tried } from './trial.js'

/** What the file server shows to a guest. */
export async function tryShares(
  shares: readonly Bytes[],
  { places, statusCommand, signal }: Means,
): Promise<Tried> {
  const list = ['smbclient', '-L', places.host, '-N', '-g']
  const { failure, output, stdout } = await runProgram(list, { signal })
  if (failure === 'no such program')
    return notDone(
      'the program smbclient is not installed here',
      'Run yum install samba-client, then verify again',
    )
  if (failure !== undefined)
    return failed(
      `the file server does not list its shares: ${toDisplay(toBytes(output.trim().split('\n').pop() || failure))}`,
      `Run ${statusCommand}, start the service if it does not run, then smbclient -L localhost -N; where a guest may not list shares, -U USER in place of -N shows them to a user`,
    )
  const listed = new Set(
    stdout.split('\n').flatMap((line) => {
      const [kind, name = ''] = line.split('|')
      return kind === 'Disk' ? [name.toLowerCase()] : []
    }),
  )
  const missing = shares.filter((share) => !listed.has(share.toLowerCase())).map(toDisplay)
  if (missing.length === 0) return passed(`all ${shares.length} imported shared folders are listed`)
  return failed(
    `of ${shares.length} imported shared folders ${missing.length} are not listed: ${someOf(missing)}`,
    `Run testparm -s to see the shares that are configured, and signal-event ibay-modify ${missing[0]} to configure one again`,
  )
}
