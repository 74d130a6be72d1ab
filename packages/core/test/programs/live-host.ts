// Performs tasks on the live host and prints how each ended. Run where "live" is a namespace of its own.
import { NethServerHost } from '../../src/host/nethserver-host.js'
import { describeError } from '../../src/errors.js'
import type { HostTask } from '../../src/host/host.js'

interface Task {
  readonly event: string
  readonly args: readonly string[]
  readonly secret?: readonly [name: string, content: string]
}

const tasks = (JSON.parse(process.argv[2] ?? '[]') as Task[]).map(
  ({ event, args, secret }): HostTask => {
    if (!secret) return { event, args }
    const [name, content] = secret
    return { event, args, secretFile: { name, content: () => content } }
  },
)
const errors = await new NethServerHost().perform(tasks)
process.stdout.write(JSON.stringify(errors.map((error) => error && describeError(error))))
