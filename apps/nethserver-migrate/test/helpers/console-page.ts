// A page of docs/ that shows commands and what they print, replayed in a shell.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execa } from 'execa'

/** A command of a page, and the output that stands below it. */
export interface Step {
  readonly command: string
  readonly shown: readonly string[]
}

/** A file that the page has its reader write. */
interface GivenFile {
  readonly path: string
  readonly text: string
}

export interface Shell {
  /** Where the commands are given, and the files are written. */
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
  /** Takes out of an output what differs from run to run. */
  readonly stable: (output: string) => string
}

const PROMPT = '# '
/** A line that stands for any number of lines. */
const ANY = '…'

/**
 * Gives the commands of a page in their order, and writes its files between them. Returns the steps
 * as the page shows them, and as they went.
 */
export async function replay(
  page: string,
  shell: Shell,
): Promise<{ shown: Step[]; printed: Step[] }> {
  const shown: Step[] = []
  const printed: Step[] = []
  for (const part of partsOf(page))
    if ('path' in part) {
      const file = join(shell.folder, part.path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, part.text)
    } else {
      shown.push(part)
      printed.push({ ...part, shown: await outputOf(part, shell) })
    }
  return { shown, printed }
}

/**
 * Commands stand in blocks of the language `console`, each after a prompt. A file is a block of
 * another language below a line that names it: `` `src/index.ts`: ``.
 */
function partsOf(page: string): (Step | GivenFile)[] {
  const blocks = page.matchAll(/^(?:`([^`\n]+)`:\n\n)?```(\w+)\n(.*?)^```$/gms)
  return [...blocks].flatMap(([, path, language, text = '']): (Step | GivenFile)[] => {
    if (language === 'console') return stepsOf(text)
    return path === undefined ? [] : [{ path, text }]
  })
}

function stepsOf(block: string): Step[] {
  return block
    .split(/^(?=# )/m)
    .map((step) => step.trimEnd().split('\n'))
    .map(([command = '', ...shown]) => ({ command: command.slice(PROMPT.length), shown }))
}

async function outputOf({ command, shown }: Step, { folder, env, stable }: Shell) {
  const { all = '' } = await execa('sh', ['-c', command], {
    cwd: folder,
    env,
    extendEnv: false,
    reject: false,
    all: true,
    stdin: 'ignore',
  })
  return shortened(all === '' ? [] : stable(all).split('\n'), shown)
}

/** The output with its parts left out that the page leaves out; all of it where the rest differs. */
function shortened(output: readonly string[], shown: readonly string[]): readonly string[] {
  const parts: string[][] = [[]]
  for (const line of shown)
    if (line === ANY) parts.push([])
    else parts[parts.length - 1]?.push(line)
  const holds = (part: readonly string[], at: number) =>
    part.every((line, index) => output[at + index] === line)
  let from = 0
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1
    let at = isLast && index > 0 ? Math.max(from, output.length - part.length) : from
    while (index > 0 && !isLast && at < output.length && !holds(part, at)) at += 1
    if (!holds(part, at)) return output
    from = at + part.length
  }
  return from === output.length || shown[shown.length - 1] === ANY ? shown : output
}
