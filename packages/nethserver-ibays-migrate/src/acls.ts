import {
  toDisplay,
  type Acl,
  type Destination,
  type FileAcl,
  type MigrateContext,
} from '@nethserver-migrate/core'
import { groupName, knownGroup, knownUser, userName } from './account-names.js'
import { parseAclDump } from './acl-dump.js'
import { DUMP, IBAYS, SHARED_FOLDERS, type FilledFolder } from './ibays.js'

/** Owners and ACLs of the files, as the old server has written them down. Rule: README.md#acls */
export async function restoreAcls(
  folders: readonly FilledFolder[],
  context: MigrateContext,
): Promise<void> {
  const { destination } = context
  const translator = new Translator(destination)
  const byFolder = aclsByFolder(context)
  await destination.restoreAcls(
    folders
      .filter(({ name }) => byFolder.has(name))
      .map(({ name, moved }) => ({
        folder: `${SHARED_FOLDERS}/${name}`,
        files: (byFolder.get(name) ?? []).map((file) => translator.file(file)),
        broughtBy: moved,
      })),
  )
}

/** By ibay, with paths from there. The ibay itself is not among them: its event sets it up. */
function aclsByFolder(context: MigrateContext): Map<string, FileAcl[]> {
  const byFolder = new Map<string, FileAcl[]>()
  for (const file of readDump(context)) {
    const end = file.path.indexOf('/')
    if (end < 0) continue
    const folder = file.path.slice(0, end)
    const files = byFolder.get(folder) ?? []
    byFolder.set(folder, files)
    files.push({ ...file, path: file.path.slice(end + 1) })
  }
  reportStrays(byFolder, context)
  return byFolder
}

function readDump({ source, log }: MigrateContext): readonly FileAcl[] {
  const kind = source.kind(DUMP)
  if (kind === 'missing') {
    log.notice(
      `${DUMP} is missing in the source: no ACLs are restored, all files belong to admin`,
      {
        code: 'acls-missing',
        subject: DUMP,
        remedy: 'Look at shared folders in which single files had permissions of their own',
      },
    )
    return []
  }
  if (kind !== 'file') {
    log.error(`${DUMP} is no regular file in the source: no ACLs are restored`, {
      code: 'acls-unreadable',
      subject: DUMP,
      remedy: 'Put the file of the backup there, then run the same command again',
    })
    return []
  }
  const { files, problems } = parseAclDump(source.read(DUMP))
  for (const { line, reason } of problems)
    log.warning(`${DUMP}, line ${line}: ${reason}; left out`, {
      code: 'acl-malformed',
      subject: `${DUMP}:${line}`,
      remedy: 'Set the permissions of that file by hand',
    })
  return files
}

/** Names that the source itself does not have: a dump of another day, or one that leads elsewhere. */
function reportStrays(
  byFolder: ReadonlyMap<string, readonly FileAcl[]>,
  { source, log }: MigrateContext,
): void {
  const known = new Set(source.list(IBAYS))
  for (const [folder, files] of byFolder) {
    if (known.has(folder) || source.accounts.type(folder) === 'ibay') continue
    const subject = toDisplay(`${folder}/${files[0]?.path ?? ''}`)
    const more = files.length > 1 ? ` (and ${files.length - 1} more)` : ''
    log.warning(`${DUMP} names ${subject}${more}, which is in no ibay: its ACL is not restored`, {
      code: 'acl-path-refused',
      subject,
    })
  }
}

/** Old names into those of the destination: each ACL once, however many files share it. */
class Translator {
  readonly #destination: Destination
  readonly #acls = new Map<Acl, Acl>()

  constructor(destination: Destination) {
    this.#destination = destination
  }

  file({ path, acl }: FileAcl): FileAcl {
    const known = this.#acls.get(acl) ?? this.#translate(acl)
    this.#acls.set(acl, known)
    return { path, acl: known }
  }

  #translate({ owner, group, entries }: Acl): Acl {
    return {
      entries: entries.map((entry) => {
        const { tag, name } = entry
        return name === undefined || (tag !== 'user' && tag !== 'group')
          ? entry
          : { ...entry, name: this.#name(tag, name) }
      }),
      ...(owner === undefined ? {} : { owner: this.#name('user', owner) }),
      ...(group === undefined ? {} : { group: this.#name('group', group) }),
    }
  }

  /** As the system spells it; an unknown one goes by the name that it should have. */
  #name(tag: 'user' | 'group', old: string): string {
    const [nameOf, find] = tag === 'user' ? [userName, knownUser] : [groupName, knownGroup]
    const name = nameOf(old, this.#destination)
    return find(name, this.#destination) ?? name
  }
}
