import { createHash } from 'node:crypto'
import { copyFileSync, readFileSync, readlinkSync, renameSync, rmSync } from 'node:fs'
import { joinPath, toBuffer, toDisplay, type Bytes } from '../files/bytes.js'
import { moveFile } from '../files/move-file.js'
import type { UndoAside, UndoFileWritten, UndoFolder, UndoLink } from './undo-data.js'
import {
  giveBack,
  lookAt,
  removeEmpty,
  removeMade,
  removeScrap,
  sayChanged,
  setTimes,
  shown,
  type Undoing,
} from './undoing.js'

/** Removes a file that was written, or puts the old one back; one that was changed since stays. */
export function undoFile(
  undoing: Undoing,
  data: UndoFileWritten,
  /** Files that a plan pretends to have undone. */
  pretended: Set<Bytes>,
): void {
  const { root, mode } = undoing
  const { path, old, saved, sum, made } = data
  const place = joinPath(root, path)
  const there = lookAt(place)
  const isOld = there !== undefined && there.ino === old?.inode
  const isOurs = there !== undefined && (sum === null || sumOf(place) === sum)
  if (there && !isOld && !isOurs && !pretended.has(path))
    return sayChanged(
      undoing,
      shown(path),
      'was changed since the import: it stays',
      saved
        ? `The one from before is ${shown(saved.path)}: put it back by hand if it is wanted`
        : 'Remove it by hand if it is not needed any more',
    )
  pretended.add(path)
  if (mode === 'plan') return
  removeScrap(place)
  const keeping = saved && joinPath(root, saved.path)
  if (isOld) {
    // It was not replaced yet: only its second name is there.
    if (keeping && !saved.isSaved && lookAt(keeping)?.ino === old?.inode) rmSync(toBuffer(keeping))
  } else if (keeping && lookAt(keeping)) {
    if (!saved.isSaved) renameSync(toBuffer(keeping), toBuffer(place))
    else if (old) {
      if (there) rmSync(toBuffer(place))
      copyFileSync(toBuffer(keeping), toBuffer(place))
      giveBack(place, old)
      setTimes(place, old)
    }
  } else if (there && !old) rmSync(toBuffer(place))
  removeMade(undoing, made)
}

/** Removes a folder that was made and is empty again, or gives one its owner and mode back. */
export function undoFolder(undoing: Undoing, { path, made, wanted, old }: UndoFolder): void {
  const place = joinPath(undoing.root, path)
  const there = lookAt(place)
  if (!there?.isDirectory()) return
  if (!old) {
    if (undoing.mode === 'plan') return
    removeScrap(place)
    if (!removeEmpty(place))
      sayChanged(
        undoing,
        shown(path),
        'is not empty: it stays',
        'Look at what is in it, and remove it by hand if it is not needed any more',
      )
    return removeMade(undoing, made)
  }
  const mode = there.mode & 0o7777
  const isOurs =
    mode === wanted.mode &&
    there.uid === (wanted.uid ?? there.uid) &&
    there.gid === (wanted.gid ?? there.gid)
  const isOld = mode === old.mode && there.uid === old.uid && there.gid === old.gid
  if (!isOurs && !isOld)
    sayChanged(
      undoing,
      shown(path),
      'got another owner or mode since the import: it keeps them',
      `Before it was ${old.uid}:${old.gid}, mode ${old.mode.toString(8)}`,
    )
  else if (undoing.mode === 'apply') giveBack(place, old)
}

export function undoLink(undoing: Undoing, { path, made, target, name }: UndoLink): void {
  const place = joinPath(undoing.root, path)
  const there = lookAt(place)
  if (there && (!there.isSymbolicLink() || readlinkSync(toBuffer(place), 'latin1') !== target))
    return sayChanged(
      undoing,
      shown(path),
      'was changed since the import: it stays',
      'Remove it by hand if it is not needed any more',
    )
  if (undoing.mode === 'plan') return
  removeScrap(place, name)
  if (there) rmSync(toBuffer(place))
  removeMade(undoing, made)
}

/** Moves back what was moved aside; what has its name by now stays. */
export function undoAside(undoing: Undoing, { steps, made }: UndoAside): void {
  for (const [from, to] of [...steps].reverse()) {
    const [old, place] = [from, to].map((path) => joinPath(undoing.root, path)) as [Bytes, Bytes]
    if (!lookAt(place)) continue
    if (lookAt(old))
      sayChanged(
        undoing,
        shown(from),
        'is there again: what was moved aside stays where it is',
        `Compare it with ${toDisplay(to)}`,
      )
    else if (undoing.mode === 'apply') moveFile(place, old)
  }
  removeMade(undoing, made)
}

function sumOf(path: Bytes): string | undefined {
  if (!lookAt(path)?.isFile()) return undefined
  return createHash('sha256')
    .update(readFileSync(toBuffer(path)))
    .digest('hex')
}
