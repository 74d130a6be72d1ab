import {
  toDisplay,
  type MigrateContext,
  type OperationResult,
  type TransferTree,
} from '@nethserver-migrate/core'
import { knownGroup, knownUser, userName } from './account-names.js'
import { restoreAcls } from './acls.js'
import { HALF_MADE, IBAYS, SHARED_FOLDERS, type FilledFolder } from './ibays.js'

/** Fills the shared folders, then makes them real ones. Rule: README.md#migrates */
export async function commit(context: MigrateContext): Promise<void> {
  const { destination } = context
  const folders = await fillFolders(context)
  // All records first: they are written together, before the first event.
  const changes: OperationResult[][] = []
  for (const { name, moved } of folders)
    changes.push([...moved, await destination.accounts.setType(name, 'ibay')])
  for (const [index, { name }] of folders.entries())
    await destination.signalEvent('ibay-create', [name], { onlyFor: changes[index] ?? [] })
  await restoreAcls(folders, context)
  reportFoldersWithoutRecord(context)
}

/** Those whose files could not be moved are left half-made, for the next run. */
async function fillFolders(context: MigrateContext): Promise<FilledFolder[]> {
  const names = sharedFolders(context)
  const withFiles = names.filter((name) => hasFiles(name, context))
  const results = await context.destination.transferTrees(
    withFiles.map((name) => transferOf(name, context)),
  )
  for (const name of names) if (!withFiles.includes(name)) await makeEmptyFolder(name, context)
  return names.flatMap((name): FilledFolder[] => {
    const moved = results.filter((_, index) => withFiles[index] === name)
    return moved.some(({ outcome }) => outcome === 'failed') ? [] : [{ name, moved }]
  })
}

/** Half-made ones, and those that the ibays of the old server have become or are joined with. */
function sharedFolders({ source, destination }: MigrateContext): string[] {
  return destination.accounts
    .records()
    .filter(
      ({ key, type }) =>
        type === HALF_MADE || (type === 'ibay' && source.accounts.type(key) === 'ibay'),
    )
    .map(({ key }) => key)
}

function hasFiles(name: string, { source, log }: MigrateContext): boolean {
  if (source.kind(`${IBAYS}/${name}`) !== 'missing') return true
  log.warning(`shared folder ${name}: ${IBAYS}/${name} is missing in the source, it stays empty`, {
    code: 'ibay-data-missing',
    subject: `accounts/${name}`,
    remedy: 'Extract the whole backup if the ibay had files, then run the same command again',
  })
  return false
}

async function makeEmptyFolder(name: string, context: MigrateContext): Promise<void> {
  const { to, mode, owner } = folderOf(name, context)
  if (context.destination.kind(to) === 'missing')
    await context.destination.makeFolder({ to, mode, owner })
}

function transferOf(name: string, context: MigrateContext): TransferTree {
  return { from: `${IBAYS}/${name}`, ...folderOf(name, context) }
}

/** The folder is closed until its event decides who may enter. Rule: README.md#owners */
function folderOf(name: string, { destination }: MigrateContext) {
  const group = destination.accounts.prop(name, 'OwningGroup') ?? ''
  return {
    to: `${SHARED_FOLDERS}/${name}`,
    mode: 0o700,
    owner: {
      user: knownUser(userName('admin', destination), destination) ?? 'root',
      group: knownGroup(group, destination) ?? 'root',
    },
  }
}

function reportFoldersWithoutRecord({ source, log }: MigrateContext): void {
  for (const folder of source.list(IBAYS))
    if (source.accounts.type(folder) !== 'ibay')
      log.warning(`${IBAYS}/${toDisplay(folder)} belongs to no ibay: left in the source`, {
        code: 'folder-without-ibay',
        subject: toDisplay(folder),
        remedy: 'Copy what is still needed by hand before you remove the source',
        leaves: [{ tree: `${IBAYS}/${folder}` }],
      })
}
