import { cpus } from 'node:os'
import { runProgram } from '../host/run-program.js'
import type { Bytes } from './bytes.js'

/**
 * The SHA-256 of files by their whole paths, read by as many programs side by side as there are
 * processors. One that cannot be read has none.
 */
export async function checksumsOf(paths: readonly Bytes[]): Promise<Map<Bytes, string>> {
  const sums = new Map<Bytes, string>()
  const count = Math.min(paths.length, cpus().length)
  await Promise.all(
    Array.from({ length: count }, async (_none, share) => {
      const own = paths.filter((_path, index) => index % count === share)
      const { stdout } = await runProgram(['xargs', '-0', '-r', 'sha256sum', '--binary', '--'], {
        input: own.map((path) => `${path}\0`).join(''),
        env: { LC_ALL: 'C' },
      })
      for (const line of stdout.split('\n')) {
        const [, escaped, sum, name] = /^(\\?)([0-9a-f]{64}) \*(.*)$/s.exec(line) ?? []
        if (sum !== undefined && name !== undefined) sums.set(escaped ? unescaped(name) : name, sum)
      }
    }),
  )
  return sums
}

/** As sha256sum writes names with a backslash or an end of line in them. */
function unescaped(name: Bytes): Bytes {
  return name.replace(/\\([\\nr])/g, (_match, letter: string) =>
    letter === 'n' ? '\n' : letter === 'r' ? '\r' : '\\',
  )
}
