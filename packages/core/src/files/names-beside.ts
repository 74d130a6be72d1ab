import { baseName, joinPath, parentOf, type Bytes } from './bytes.js'
import { LONGEST_NAME } from './entry-at.js'

/** The name under which something is kept beside a different one: from 1 on. */
export function besideName(path: Bytes, attempt: number): Bytes {
  return withEnding(path, `.migrated${numbered(attempt)}`)
}

/** The name under which what gives way stays: from 1 on. */
export function savedName(path: Bytes, attempt: number): Bytes {
  return withEnding(path, `.before-migration${numbered(attempt)}`)
}

/** Where something is made before it gets its name: the same in every run, to find what was left. */
export function temporaryName(path: Bytes): Bytes {
  return withEnding(joinPath(parentOf(path), `.${baseName(path)}`), '.nethserver-migrate')
}

function numbered(attempt: number): string {
  return attempt === 1 ? '' : `-${attempt}`
}

/** A name that would be too long loses letters in front of the ending. */
function withEnding(path: Bytes, ending: string): Bytes {
  const name = baseName(path)
  return (
    path.slice(0, path.length - name.length) + name.slice(0, LONGEST_NAME - ending.length) + ending
  )
}
