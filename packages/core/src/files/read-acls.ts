import { accessSync, closeSync, constants, openSync } from 'node:fs'
import { cpus } from 'node:os'
import { runProgram } from '../host/run-program.js'
import { quotedName } from './acl-text.js'
import { joinPath, parentOf, toBuffer, type Bytes } from './bytes.js'

/** ACLs as getfacl gives them. */
export interface ReadAcls {
  readonly text: Bytes
  /** Whether getfacl has seen all of it. */
  readonly isWhole: boolean
}

/** The ACLs in trees that say more than a mode does, with whole paths; never through a link. */
export async function readAclsOf(trees: readonly Bytes[]): Promise<ReadAcls> {
  const common = commonParent(trees)
  const parent = isReadable(common) ? common : '/'
  const below = trees.map((path) => path.slice(parent === '/' ? 1 : parent.length + 1))
  const length = Math.max(1, Math.ceil(trees.length / cpus().length))
  const shares = Array.from({ length: Math.ceil(trees.length / length) }, (_none, share) =>
    below.slice(share * length, (share + 1) * length),
  )
  // From there the system has a shorter way to each of very many files.
  const folder = openSync(toBuffer(parent), 'r')
  try {
    const read = await Promise.all(
      shares.map((share) => getfacl(['--recursive', '--skip-base'], share, folder)),
    )
    const named = `# file: ${quotedName(joinPath(parent, '/'))}`
    return {
      text: read.map(({ text }) => text.replace(/^# file: /gm, () => named)).join(''),
      isWhole: read.every(({ isWhole }) => isWhole),
    }
  } finally {
    closeSync(folder)
  }
}

function isReadable(folder: Bytes): boolean {
  try {
    accessSync(toBuffer(folder), constants.R_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The lowest folder in which all of them lie. */
function commonParent([first = '/', ...others]: readonly Bytes[]): Bytes {
  let parent = parentOf(first)
  for (const path of others)
    while (parent !== '/' && !path.startsWith(`${parent}/`)) parent = parentOf(parent)
  return parent
}

/** The ACLs of files in an open folder, also those that say what a mode does. */
export async function readAclsIn(folder: number, files: readonly Bytes[]): Promise<ReadAcls> {
  return getfacl([], files, folder)
}

async function getfacl(
  options: readonly string[],
  paths: readonly Bytes[],
  folder: number,
): Promise<ReadAcls> {
  if (paths.length === 0) return { text: '', isWhole: true }
  const { failure, stdout } = await runProgram(
    ['xargs', '-0', '-r', 'getfacl', '--physical', '--numeric', ...options, '--'],
    {
      input: paths.map((path) => `${path}\0`).join(''),
      env: { LC_ALL: 'C' },
      folder,
    },
  )
  return { text: stdout, isWhole: failure === undefined }
}
