import { Interruption } from '@nethserver-migrate/core/runner'

/** Does work that Ctrl-C or a TERM signal ends at a good moment, and says so on the screen. */
export async function interruptible<Result>(
  screen: NodeJS.WritableStream,
  work: (interruption: Interruption) => Promise<Result>,
): Promise<Result> {
  const interruption = new Interruption()
  const stop = (signal: NodeJS.Signals) => {
    screen.write(`\n[NOTICE] ${signal}: stopping after the operation at hand\n`)
    interruption.request(signal)
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  try {
    return await work(interruption)
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}
