import cliProgress from 'cli-progress'
import type { Progress } from '@nethserver-migrate/core/runner'
import { formatBytes } from './sizes.js'

/** A bar on a terminal; elsewhere a plain line at the beginning, so that logs stay readable. */
export function progressOn(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? barOn(stream) : linesOn(stream)
}

/** The screen of a run of many actions: one bar for all of it, and lines that scroll above it. */
export interface RunScreen extends Progress {
  begin(action: string, ended: number, total: number): void
  line(text: string): void
  end(): void
}

/** @param out where lines go; the bar is on `bar`, where that is a terminal. */
export function runScreen(out: NodeJS.WritableStream, bar: NodeJS.WriteStream): RunScreen {
  return bar.isTTY ? screenWithBar(out, bar) : { ...linesOn(bar), ...plain(out) }
}

function plain(out: NodeJS.WritableStream): Omit<RunScreen, 'start'> {
  return {
    begin: () => undefined,
    line: (text) => void out.write(`${text}\n`),
    end: () => undefined,
  }
}

function screenWithBar(out: NodeJS.WritableStream, stream: NodeJS.WriteStream): RunScreen {
  const bar = new cliProgress.SingleBar({
    stream,
    format: '[{bar}] {value} of {total} actions, {action}{detail}',
    hideCursor: true,
    barsize: 20,
    // What is told of a long copy grows more often than an action ends.
    fps: 5,
  })
  let isShown = false
  let action = ''
  const stop = () => {
    if (isShown) bar.stop()
    isShown = false
    // The line of the bar is free for the next line of text.
    stream.write('\r\u001b[K\u001b[1A\r\u001b[K')
  }
  let last: [ended: number, total: number] = [0, 0]
  const show = (detail = '') => {
    const [ended, total] = last
    if (isShown) return bar.update(ended, { action, detail })
    bar.start(total, ended, { action, detail })
    isShown = true
  }
  return {
    begin(name, ended, total) {
      action = name
      last = [ended, total]
      show()
    },
    line(text) {
      const again = isShown
      if (again) stop()
      out.write(`${text}\n`)
      if (again) show()
    },
    end() {
      if (isShown) stop()
    },
    start(title, total) {
      const started = Date.now()
      let done = 0
      return {
        advance(amount) {
          done += amount
          const seconds = done === 0 ? 0 : ((Date.now() - started) / 1000 / done) * (total - done)
          show(
            `: ${title}, ${formatBytes(done)} of ${formatBytes(total)}, ${timeLeft(seconds)} left`,
          )
        },
        stop: () => show(),
      }
    },
  }
}

function timeLeft(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds))
  return whole < 60 ? `${whole} s` : `${Math.ceil(whole / 60)} min`
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
