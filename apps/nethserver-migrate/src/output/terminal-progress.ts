import cliProgress from 'cli-progress'
import type { Progress } from '@nethserver-migrate/core/runner'
import { formatBytes } from './sizes.js'

/** A bar on a terminal; elsewhere a plain line at the beginning, so that logs stay readable. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? barOn(stream) : linesOn(stream)
}

function barOn(stream: NodeJS.WriteStream): Progress {
  return {
    start(title, total) {
      const bar = new cliProgress.SingleBar({
        stream,
        format: `${title} [{bar}] {percentage}% of ${formatBytes(total)}, {eta_formatted} left`,
        hideCursor: true,
      })
      bar.start(total, 0)
      return { advance: (amount) => bar.increment(amount), stop: () => bar.stop() }
    },
  }
}

function linesOn(stream: NodeJS.WriteStream): Progress {
  return {
    start(title, total) {
      stream.write(`${title} (${formatBytes(total)}) …\n`)
      return { advance: () => undefined, stop: () => undefined }
    },
  }
}
