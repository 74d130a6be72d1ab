// Replays the queue of the live host and prints the report, or why it was refused. Run where "live" is
// a namespace of its own.
import { describeError } from '../../src/errors.js'
import { Interruption } from '../../src/run/interruption.js'
import { replay } from '../../src/run/replay.js'

/** What happens when so many lines have ended. */
const [mode = 'apply', after = '', signal = ''] = process.argv.slice(2)
const interruption = new Interruption()
let ended = 0
try {
  const { report } = await replay({
    mode: mode === 'plan' ? 'plan' : 'apply',
    interruption,
    onFinding: () => undefined,
    onEnd: () => {
      ended += 1
      if (String(ended) !== after) return
      if (signal === 'SIGKILL') process.kill(process.pid, 'SIGKILL')
      interruption.request('SIGTERM')
    },
  })
  process.stdout.write(JSON.stringify(report))
} catch (error) {
  process.stdout.write(JSON.stringify({ refused: describeError(error).code }))
}
