import { cpus } from 'node:os'
import { runProgram } from '../host/run-program.js'
import type { Bytes } from './bytes.js'

/** ACLs as getfacl gives them. */
export interface ReadAcls {
  readonly text: Bytes
  /** Whether getfacl has seen all of it. */
  readonly isWhole: boolean
}

/** The ACLs in trees that say more than a mode does, with whole paths; never through a link. */
export async function readAclsOf(trees: readonly Bytes[]): Promise<ReadAcls> {
  const length = Math.max(1, Math.ceil(trees.length / cpus().length))
  const shares = Array.from({ length: Math.ceil(trees.length / length) }, (_none, share) =>
    trees.slice(share * length, (share + 1) * length),
  )
  const read = await Promise.all(
    shares.map((share) => getfacl(['--absolute-names', '--recursive', '--skip-base'], share)),
  )
  return {
    text: read.map(({ text }) => text).join(''),
    isWhole: read.every(({ isWhole }) => isWhole),
  }
}

/** The ACLs of files in an open folder, also those that say what a mode does. */
export async function readAclsIn(folder: number, files: readonly Bytes[]): Promise<ReadAcls> {
  return getfacl([], files, folder)
}

async function getfacl(
  options: readonly string[],
  paths: readonly Bytes[],
  folder?: number,
): Promise<ReadAcls> {
  if (paths.length === 0) return { text: '', isWhole: true }
  const { failure, stdout } = await runProgram(
    ['xargs', '-0', '-r', 'getfacl', '--physical', '--numeric', ...options, '--'],
    {
      input: paths.map((path) => `${path}\0`).join(''),
      env: { LC_ALL: 'C' },
      ...(folder === undefined ? {} : { folder }),
    },
  )
  return { text: stdout, isWhole: failure === undefined }
}
