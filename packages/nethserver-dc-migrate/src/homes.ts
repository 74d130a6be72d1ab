import { homeTransfers, OLD_HOMES, toDisplay, type MigrateContext } from '@nethserver-migrate/core'

const ADMIN = '/var/lib/nethserver/migration/admin'

/** Reads lines of id, owner and folder: files that have the id get the owner, never through a link. */
const GIVE_FILES = `while IFS='\t' read -r id owner folder; do
chown -hR --from="$id" -- "$owner" "$folder" || failed=1
done
exit "\${failed:-0}"`

/**
 * The files of users of the domain. Rule: README.md#home-directories
 * @param ids of users whose own id comes with the replay of a queue.
 */
export async function migrateHomes(
  ids: ReadonlyMap<string, number | undefined>,
  context: MigrateContext,
): Promise<void> {
  const { source, destination, log } = context
  const group = destination.findGroup('domain users') ? { group: 'domain users' } : {}
  const users = source.list(OLD_HOMES).filter((name) => name !== 'admin' && isUser(name, context))
  const requests = users.flatMap((name) =>
    homeTransfers(source, name, destination.homeOf(name), { user: name, ...group }),
  )
  const results = await destination.transferTrees(requests)
  const changed = new Set(
    requests
      .filter((_, index) => ['done', 'pending'].includes(results[index]?.outcome ?? ''))
      .map(({ to }) => to),
  )
  for (const name of users) {
    const home = destination.homeOf(name)
    if (changed.has(home))
      log.notice(`home of ${name}: ${home}`, { code: 'home-migrated', subject: home })
  }
  const domain = destination.configuration.type('DomainName') ?? ''
  await destination.runForEach(
    ['sh', '-c', GIVE_FILES],
    users.flatMap((name) => {
      const id = ids.get(name)
      const owner = `${name}@${domain}:domain users@${domain}`
      const input = `${id}\t${owner}\t${destination.homeOf(name)}\n`
      return id === undefined ? [] : [{ about: `files of ${name}`, input }]
    }),
  )
  await migrateAdminFiles(context)
}

function isUser(name: string, { destination, log }: MigrateContext): boolean {
  const user = destination.findUser(name)
  if (user && destination.isPersonalId(user.uid)) return true
  const shown = toDisplay(name)
  log.error(
    user
      ? `${OLD_HOMES}/${shown}: ${shown} is an account of the system, the files stay in the source`
      : `${OLD_HOMES}/${shown}: the domain has no user ${shown}, the files stay in the source`,
    {
      code: 'home-without-user',
      subject: shown,
      remedy:
        'Make the user if it is still needed and run the same command again, or copy the files by hand',
    },
  )
  return false
}

/** Never mixed with those of the new admin. */
async function migrateAdminFiles({ source, destination, log }: MigrateContext): Promise<void> {
  if (source.kind(`${OLD_HOMES}/admin`) === 'missing')
    return log.info('admin has no files in the source: nothing to do')
  const results = await destination.transferTrees(
    homeTransfers(source, 'admin', ADMIN, { user: 'root' }),
  )
  if (results.every(({ outcome }) => outcome !== 'failed'))
    await destination.makeLink({
      to: '/root/admin-migration-<TIMESTAMP>',
      target: '../var/lib/nethserver/migration/admin',
    })
}
