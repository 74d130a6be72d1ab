import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './temporary-folder.js'

/** What a recording program was given. */
export interface Call {
  readonly argv: readonly string[]
  /** As bytes. */
  readonly stdin: string
  /** What the program itself had to say, as bytes. */
  readonly note: string
}

export interface Programs {
  /** All calls of the recording programs, in order. */
  readonly calls: () => Call[]
}

/**
 * Puts programs first on the search path until the test ends (`alone`: instead of all others).
 * Their texts may come from {@link recording}.
 */
export function programs(
  texts: Readonly<Record<string, string>>,
  { alone = false }: { alone?: boolean } = {},
): Programs {
  const folder = temporaryFolder()
  const record = join(folder, '.calls')
  for (const [name, text] of Object.entries(texts)) {
    writeFileSync(join(folder, name), text.replaceAll('@RECORD@', record))
    chmodSync(join(folder, name), 0o755)
  }
  const { PATH } = process.env
  process.env['PATH'] = alone ? folder : [folder, PATH].join(delimiter)
  onTestFinished(() => {
    process.env['PATH'] = PATH
  })
  return {
    calls: () =>
      (existsSync(record) ? readFileSync(record, 'latin1') : '')
        .split('\x03')
        .slice(0, -1)
        .map(parseCall),
  }
}

/**
 * The text of a program that writes down its arguments and its standard input, and the `note` that
 * the shell commands of `body` may set.
 */
export function recording(body = ''): string {
  return `#!/bin/sh
input=$(cat; printf x)
note=
printf '%s\\0' "\${0##*/}" "$@" >>@RECORD@
printf '\\001%s' "\${input%x}" >>@RECORD@
trap 'printf "\\002%s\\003" "$note" >>@RECORD@' EXIT
${body}
`
}

function parseCall(record: string): Call {
  const [argv = '', rest = ''] = record.split('\x01')
  const [stdin = '', note = ''] = rest.split('\x02')
  const words = Buffer.from(argv, 'latin1').toString('utf8').split('\0').slice(0, -1)
  return { argv: words, stdin, note }
}
