import { maildirRules } from '@nethserver-migrate/core/runner'
import type { RemoteEntry } from '../old-server/listing.js'
import { below, measure, type LocalMaildir, type LocalMessage } from './local-maildir.js'

/**
 * What the Maildir of the old server has and this one has not: what the merge would bring here.
 * A message that only got other flags, or was seen here, is no new one.
 */
export function missingHere(
  entries: readonly RemoteEntry[],
  here: LocalMaildir,
): readonly RemoteEntry[] {
  return entries.filter((entry) => {
    const { folder, name } = placeHere(entry)
    if (entry.kind === 'directory') return !here.stat(below(folder, folderName(name)))
    // A message that is only just being delivered will have another name.
    if (lastOf(folder) === 'tmp') return false
    const alike = messageAlike(folder, name, here) ?? measured(here, below(folder, name))
    if (!alike) return true
    if (entry.kind === 'link') return false
    if (maildirRules.destinationKeeps?.(name)) return false
    return alike.size !== entry.size || alike.seconds !== entry.seconds
  })
}

/** The messages here that the old server has no longer, or never had, by their keys. */
export function goneThere(
  entries: readonly RemoteEntry[],
  here: LocalMaildir,
): ReadonlyMap<string, LocalMessage> {
  const there = new Set(entries.map(messageKey))
  return new Map(
    here
      .folders()
      .flatMap((folder) =>
        [...here.messagesOf(folder)].map(
          ([identity, message]) => [`${folder}/${withoutSuffix(identity)}`, message] as const,
        ),
      )
      .filter(([key]) => !there.has(key)),
  )
}

/**
 * What a message of the old server is known by among all of its Maildir, the same before and after
 * it is merged; nothing for what is no message.
 */
export function messageKey(entry: RemoteEntry): string | undefined {
  const { folder, name } = placeHere(entry)
  const identity = entry.kind === 'file' ? identityOf(folder, name) : undefined
  return identity === undefined ? undefined : `${parentOf(folder)}/${identity}`
}

/** Where an entry goes: folders may get another name. */
function placeHere({ path }: RemoteEntry): { folder: string; name: string } {
  const folders = path.split('/')
  const name = folders.pop() ?? ''
  return { folder: folders.map(folderName).join('/'), name }
}

function messageAlike(folder: string, name: string, here: LocalMaildir): LocalMessage | undefined {
  const identity = identityOf(folder, name)
  return identity === undefined ? undefined : here.messagesOf(parentOf(folder)).get(identity)
}

function measured(here: LocalMaildir, path: string) {
  const stats = here.stat(path)
  return stats && measure(stats)
}

function identityOf(folder: string, name: string): string | undefined {
  return maildirRules.identityOf?.(lastOf(folder), name)
}

function folderName(name: string): string {
  return maildirRules.folderName?.(name) ?? name
}

/** One of two messages that had the same name got this suffix when they were merged. */
function withoutSuffix(identity: string): string {
  return identity.replace(/\.migrated(-\d+)?$/, '')
}

function lastOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('/') + 1)
}

function parentOf(folder: string): string {
  return folder.slice(0, Math.max(0, folder.lastIndexOf('/')))
}
