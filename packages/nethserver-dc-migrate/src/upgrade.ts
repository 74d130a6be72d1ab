import { type MigrateContext, type OperationResult, type Step } from '@nethserver-migrate/core'
import { CONTAINER, inContainer } from './container.js'
import type { OldGroup } from './old-accounts.js'
import type { OldDomain } from './old-domain.js'

/** What the queue calls these steps: a failed one keeps those behind it from being taken. */
const TOGETHER = 'take over the domain'
const STATE = '/var/lib/nethserver/migration'
const SRV = `${CONTAINER}/srv`
const INPUTS = ['groups.list', 'secrets.tdb', 'smb.sme8migration.conf', 'smbpasswd']
const STOP: Step = { command: ['systemctl', '-M', 'nsdc', 'stop', 'samba'] }
const START: Step = { command: ['systemctl', '-M', 'nsdc', 'start', 'samba'], always: true }

/** Fails, with their names, when the domain has users besides those that it was made with. */
const NO_OTHER_USERS = `users=$(samba-tool user list) || exit
others=$(printf '%s\\n' "$users" | grep -vixE 'administrator|admin|guest|krbtgt|ldapservice|dns-.*')
[ -z "$others" ] || { echo "users of its own:" $others; exit 1; }`

const ENSURE_ADMIN = `samba-tool user list | grep -qixF admin || samba-tool user create admin --random-password || exit
samba-tool group addmembers 'Domain Admins' admin`

/** Reads lines of group and members; what the upgrade itself has made of them stays. */
const ENSURE_GROUPS = `while IFS='\t' read -r group members; do
{ samba-tool group list | grep -qixF -e "$group" || samba-tool group add "$group"; } </dev/null &&
{ [ -z "$members" ] || samba-tool group addmembers "$group" "$members"; } </dev/null || failed=1
done
exit "\${failed:-0}"`

/**
 * Makes the domain anew from what the old Samba knew, with a copy of its state first; false when it
 * could not be done. Rule: README.md#the-upgrade
 */
export async function upgrade(domain: OldDomain, context: MigrateContext): Promise<boolean> {
  const { source, destination, log } = context
  const mark = { to: `${STATE}/nsdc-upgraded`, content: `${source.hostName}\n`, mode: 0o600 }
  if (destination.readFile(mark.to) === mark.content) {
    log.info('an earlier import has taken the domain over: its accounts stay as they are')
    return true
  }
  const archive = `${STATE}/nsdc-before-${source.hostName.replace(/[^A-Za-z0-9.-]/g, '_')}.tar.gz`
  if (!(await mayReplace(context)) || !(await saveState(archive, context))) return false
  const inputs = await writeInputs(domain, context)
  if (inputs.some(({ outcome }) => outcome === 'failed')) return false
  const left = await destination.runTogether(TOGETHER, [{ event: 'nethserver-sssd-leave' }])
  if (left.outcome === 'failed') return false

  await destination.configuration.merge('nsdc', { ProvisionType: 'sme8migration' })
  await destination.configuration.merge('sssd', { BindDN: '', BindPassword: '' })
  const made = await destination.runTogether(TOGETHER, [
    STOP,
    ...forgetState(),
    { event: 'nethserver-dc-save' },
    { event: 'nethserver-sssd-save' },
    START,
  ])
  if (made.outcome === 'failed') {
    log.followUp(
      'the domain was not taken over, and the new domain controller may not be what it was',
      {
        code: 'domain-upgrade-failed',
        subject: domain.realm,
        remedy: `Mend what the first error says and run the same command again; or go back: systemctl -M nsdc stop samba; tar -C ${CONTAINER} --acls --xattrs --xattrs-include=* -xzpf ${archive}; systemctl -M nsdc start samba`,
      },
    )
    return false
  }
  // From here on, nothing is ever removed again: the domain may be in use.
  await destination.writeFile(mark)
  log.notice(`the archive of what the new domain was before: ${archive}`, {
    code: 'domain-state-saved',
    subject: archive,
    remedy: 'Remove it when everybody can log on',
  })
  return true
}

/** A domain that somebody works in already is only replaced when that was asked for. */
async function mayReplace({ destination, log, options }: MigrateContext): Promise<boolean> {
  if (options.has('replace-domain')) return true
  const { outcome } = await destination.runTogether(TOGETHER, [
    { command: inContainer('sh', '-c', NO_OTHER_USERS), about: 'users of the new domain' },
  ])
  if (outcome !== 'failed') return true
  log.followUp('the new domain may have users of its own by now: it is left as it is', {
    code: 'domain-has-users',
    subject: 'configuration/nsdc',
    remedy:
      'Where they are no longer needed, run the same command again with --replace-domain: an archive keeps them',
  })
  return false
}

async function saveState(archive: string, { destination }: MigrateContext): Promise<boolean> {
  const { outcome } = await destination.runTogether(TOGETHER, [
    STOP,
    // For root alone, from its first byte on.
    { command: ['install', '-m', '0600', '/dev/null', archive] },
    {
      command: [
        ...['tar', '-C', CONTAINER, '--acls', '--xattrs', '-czf', archive],
        ...['etc/samba', 'srv', 'var/lib/samba'],
      ],
    },
    START,
  ])
  return outcome !== 'failed'
}

async function writeInputs(
  { realm, workgroup, controller, smbpasswd, secrets, groups }: OldDomain,
  { destination }: MigrateContext,
): Promise<OperationResult[]> {
  const copy = (from: string, to: string) =>
    destination.copyFile({ from, to, mode: 0o600, whenDifferent: 'save-old' })
  const write = (name: string, content: string) =>
    destination.writeFile({ to: `${SRV}/${name}`, content, mode: 0o600 })
  return [
    await copy('etc/passwd', `${CONTAINER}/etc/passwd.migration`),
    await copy('etc/group', `${CONTAINER}/etc/group.migration`),
    await write('smbpasswd', smbpasswd),
    secrets === undefined
      ? await copy('etc/samba/secrets.tdb', `${SRV}/secrets.tdb`)
      : await write('secrets.tdb', secrets),
    await write('groups.list', groups.map(groupLine).join('')),
    await write('smb.sme8migration.conf', settings({ realm, workgroup, controller })),
  ]
}

function groupLine({ name, members }: OldGroup): string {
  return `${name}\t${members.join(',')}\n`
}

/** The old domain as Samba's own upgrade wants it described. */
function settings({
  realm,
  workgroup,
  controller,
}: Pick<OldDomain, 'realm' | 'workgroup' | 'controller'>): string {
  return `[global]
workgroup = ${workgroup}
realm = ${realm.toUpperCase()}
netbios name = ${controller}
security = user
domain logons = yes
domain master = yes
passdb backend = smbpasswd:/srv/smbpasswd
private dir = /srv
`
}

/** Everything that the domain was; the folders stay. */
function forgetState(): Step[] {
  const others = INPUTS.flatMap((name) => ['!', '-name', name])
  return [
    { command: ['rm', '-f', `${CONTAINER}/etc/samba/smb.conf`] },
    { command: ['find', `${CONTAINER}/var/lib/samba`, '-xdev', '!', '-type', 'd', '-delete'] },
    {
      command: [
        ...['find', SRV, '-mindepth', '1', '-maxdepth', '1', ...others],
        ...['-exec', 'rm', '-rf', '--one-file-system', '--', '{}', '+'],
      ],
    },
  ]
}

/** What the upgrade leaves to be done; each may be done again. Rule: README.md#the-upgrade */
export async function finishAccounts(
  { groups }: OldDomain,
  { destination }: MigrateContext,
): Promise<void> {
  const step = (about: string, ...command: readonly string[]): Step => ({
    command: inContainer(...command),
    about,
  })
  const old = ['passwd', 'group'].map((name) => `${CONTAINER}/etc/${name}.migration`)
  await destination.runTogether(TOGETHER, [
    step(
      'a password for administrator that nobody knows',
      ...['samba-tool', 'user', 'setpassword', 'administrator', '--random-password'],
    ),
    step('admin among the domain admins', 'sh', '-c', ENSURE_ADMIN),
    step('lock administrator', 'samba-tool', 'user', 'disable', 'administrator'),
    // The old passwords lie there.
    { command: ['rm', '-f', ...INPUTS.map((name) => `${SRV}/${name}`), ...old] },
  ])
  await destination.runForEach(
    inContainer('sh', '-c', ENSURE_GROUPS),
    groups.map((group) => ({ about: `group ${group.name}`, input: groupLine(group) })),
    { together: TOGETHER },
  )
}

/**
 * Lets files have owners: on a staged destination the accounts come only with the replay.
 * @returns users, with an id that is only for the time being.
 */
export async function expectAccounts(
  { users, groups }: OldDomain,
  { destination }: MigrateContext,
): Promise<ReadonlyMap<string, number | undefined>> {
  await destination.expectGroups([{ name: 'domain users', members: [] }, ...groups])
  const results = await destination.expectUsers(
    users.map((name) => ({ name, group: 'domain users' })),
  )
  return new Map(users.map((name, index) => [name, results[index]?.id]))
}
