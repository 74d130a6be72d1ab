import { closeSync, openSync } from 'node:fs'
import { joinPath, toBuffer, type Bytes } from '../files/bytes.js'
import { runProgram } from '../host/run-program.js'
import type { UndoAcls } from './undo-data.js'
import { lookAt, shown, type Undoing } from './undoing.js'

/** Gives files the ACLs that getfacl has read before; those that are not there are left out. */
export async function undoAcls(undoing: Undoing, { folder, text }: UndoAcls): Promise<void> {
  if (undoing.mode === 'plan') return
  const place = folder === undefined ? '/' : joinPath(undoing.root, folder)
  if (!lookAt(place)?.isDirectory()) return
  const input = text
    .split('\n\n')
    .filter((block) => {
      const [, name = ''] = /^# file: (.*)/.exec(block) ?? []
      const stats = name === '' ? undefined : lookAt(joinPath(place, unquoted(name)))
      return stats !== undefined && !stats.isSymbolicLink()
    })
    .map((block) => `${block}\n\n`)
    .join('')
  if (input === '') return
  const directory = openSync(toBuffer(place), 'r')
  try {
    const { failure, output } = await runProgram(['setfacl', '--restore=-'], {
      input,
      folder: directory,
      env: { LC_ALL: 'C' },
      holdsLock: true,
    })
    if (failure === undefined) return
    const [line = failure] = output.split('\n').filter(Boolean)
    undoing.keeps()
    undoing.log.error(`the ACLs below ${shown(folder ?? '/')} could not be given back: ${line}`, {
      code: 'ACLS_NOT_RESTORED',
      subject: shown(folder ?? '/'),
      remedy: 'Mend the cause; the old ones are in the undo folder of the migration',
    })
  } finally {
    closeSync(directory)
  }
}

/** Names as the ACL tools spell them. */
function unquoted(text: Bytes): Bytes {
  return text.replace(/\\(\\|[0-3][0-7]{2})/g, (_match, code: string) =>
    code === '\\' ? code : String.fromCharCode(parseInt(code, 8)),
  )
}
