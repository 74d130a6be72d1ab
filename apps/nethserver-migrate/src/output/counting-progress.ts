import type { CountProgress } from '@nethserver-migrate/core/runner'
import { count, formatBytes } from './sizes.js'

/** How often a terminal is written to, in milliseconds. */
const INTERVAL = 200

export interface CountingProgress {
  readonly onProgress: (progress: CountProgress) => void
  stop(): void
}

/** Tells of counting: one line that changes on a terminal, a line at the end elsewhere. */
export function countingOn(
  stream: NodeJS.WriteStream,
  now: () => number = Date.now,
): CountingProgress {
  const started = now()
  let shown = 0
  let last: CountProgress | undefined
  return {
    onProgress(progress) {
      last = { ...progress }
      if (!stream.isTTY || now() - shown < INTERVAL) return
      shown = now()
      stream.write(`\r\u001b[K${progressLine(progress, now() - started)}`)
    },
    stop() {
      if (stream.isTTY) stream.write('\r\u001b[K')
      else if (last)
        stream.write(`counted ${count(last.files, 'file')}, ${formatBytes(last.bytes)}\n`)
    },
  }
}

function progressLine({ trees, of, files, bytes }: CountProgress, elapsed: number): string {
  const left = Math.ceil(((elapsed / trees) * (of - trees)) / 1000)
  return `counting: ${trees} of ${count(of, 'folder')}, ${count(files, 'file')}, ${formatBytes(bytes)}, about ${left} s left`
}
