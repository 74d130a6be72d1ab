import { checksumsOf } from '../files/checksums.js'
import { joinPath, toDisplay } from '../files/bytes.js'
import { lookAt } from '../undo/undoing.js'
import type { Verification } from './verification.js'

/** Files that imports have written hold what was written last. */
export async function verifyFiles({ root, brought, differs }: Verification): Promise<void> {
  const wanted = new Map<string, string>()
  for (const { data, operation } of brought)
    if (data.kind === 'file' && data.sum !== null && operation.outcome === 'done')
      wanted.set(data.path, data.sum)
  const place = (path: string) => joinPath(root, path)
  const there = [...wanted.keys()].filter((path) => lookAt(place(path))?.isFile())
  const sums = await checksumsOf(there.map(place))
  for (const [path, sum] of wanted) {
    const subject = toDisplay(path)
    const found = sums.get(place(path))
    if (found === undefined)
      differs('verify-missing', subject, `${subject} is missing`, 'Import again with --restart')
    else if (found !== sum)
      differs(
        'verify-checksum',
        subject,
        `${subject} does not hold what the import wrote`,
        'If nobody changed it on purpose, import again with --restart',
      )
  }
}
