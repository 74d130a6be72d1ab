import { sambaSecrets, toDisplay, type MigrateContext, type Step } from '@nethserver-migrate/core'
import { changeEntries, groupDn, machineDn, type EntryChange } from './directory.js'
import { migrateMachines } from './machines.js'
import type { Passwords } from './passwords.js'
import { enableUsers, passwordChange, sambaUsers, type SambaUser } from './users.js'

const SECRETS = 'etc/samba/secrets.tdb'

/** Writes what the record smb says where Samba reads it. */
export const SMB_CONF = ['expand-template', '/etc/samba/smb.conf']

/** While these run, they do not take a new SID. */
const SERVICES = ['smb', 'nmb', 'winbind']

/** Groups that every domain has, besides those of people. */
const SYSTEM_GROUPS = ['domadmins', 'domcomputers', 'domguests', 'locals']

/**
 * Takes what the directory says of domains out of it, and keeps a copy: Samba makes it anew, with the
 * SID that it has by then. A program of its own, since nobody knows the names beforehand.
 */
const FORGET_DOMAINS = `umask 077
found=$(ldapsearch -Q -LLL -Y EXTERNAL -H ldapi:/// -b dc=directory,dc=nh '(objectClass=sambaDomain)') || exit
printf '%s\\n' "$found" >>/var/lib/nethserver/migration/sambaDomain.ldif || exit
printf '%s\\n' "$found" | sed -n 's/^dn: //p' | ldapdelete -Q -Y EXTERNAL -H ldapi:///`

/** Samba makes the entry of its domain anew, and says what SID it has then; $1 is the one it should have. */
const READ_BACK = 'net getdomainsid | grep -qF -e "is: $1"'

/** The SID of the old domain; says so when nobody can know it. Rule: README.md#domain */
export function domainSid(workgroup: string, { source, log }: MigrateContext): string | undefined {
  const secrets = sambaSecrets(source)
  const problem = 'problem' in secrets ? secrets.problem : `${SECRETS} has no SID of ${workgroup}`
  const sid = 'problem' in secrets ? undefined : secrets.sidOf(workgroup)
  if (sid === undefined)
    log.error(
      `the SID of the domain is not imported, nor its accounts, and the new role is not applied: ${problem}`,
      {
        code: 'domain-sid-missing',
        subject: SECRETS,
        remedy: 'Put secrets.tdb of the old server there, then run the same command again',
      },
    )
  else
    log.info(`the SID of the domain ${workgroup} is ${sid}`, {
      code: 'domain-sid',
      subject: workgroup,
    })
  return sid
}

/** Workstations, users and groups of a domain controller. Rule: README.md#domain */
export async function migrateAccounts(
  context: MigrateContext,
  sid: string,
  passwords: Passwords,
): Promise<void> {
  const machines = await migrateMachines(context, passwords)
  const users = sambaUsers(context, passwords)
  const results = await changeEntries(context, [
    ...machines.map(({ name, uid, hash }) => ({
      about: `machine ${name}`,
      dn: machineDn(name),
      attributes: { sambaSID: userSid(sid, uid), sambaNTPassword: hash },
    })),
    ...users.map((user) => userChange(user, sid, context)),
    ...groupChanges(users, sid, context),
  ])
  await enableUsers(context, users, results)
}

/** Makes the server the one that the workstations know. False when it could not be done. */
export async function takeOverSid(
  { destination }: MigrateContext,
  workgroup: string,
  sid: string,
): Promise<boolean> {
  const { configuration } = destination
  const service = (name: string, verb: string): Step => ({ command: ['service', name, verb] })
  const enabled = SERVICES.filter((name) => configuration.prop(name, 'status') === 'enabled')
  const domain = `take over the domain ${workgroup}`
  // The SID is set for the workgroup that stands there.
  const named = await destination.runTogether(domain, [{ command: SMB_CONF }])
  if (named.outcome === 'failed') return false
  const taken = await destination.runTogether(domain, [
    ...enabled.map((name) => service(name, 'stop')),
    { command: ['net', 'setdomainsid', sid] },
    { command: ['net', 'setlocalsid', sid] },
    // As long as the old entries are there, Samba can be started as it was.
    { command: ['sh', '-c', FORGET_DOMAINS], about: 'forget old domains of the directory' },
    { command: ['sh', '-c', READ_BACK, 'read-back', sid], about: 'read the SID back' },
    ...enabled.map((name): Step => ({ ...service(name, 'start'), always: true })),
  ])
  if (taken.outcome === 'failed') return false
  await configuration.merge('smb', { Sid: sid })
  return true
}

function userChange(user: SambaUser, sid: string, { log }: MigrateContext): EntryChange {
  const { name, uid } = user
  if (uid === undefined)
    log.warning(`user ${toDisplay(name)}: the id on the old server is not known, no SID is set`, {
      code: 'user-without-sid',
      subject: toDisplay(name),
      remedy: 'Save the user on the page Users and groups',
    })
  return passwordChange(user, uid === undefined ? undefined : userSid(sid, uid))
}

/** Groups of people and of the system, and each user's own one. */
function groupChanges(
  users: readonly SambaUser[],
  sid: string,
  { source, destination, log }: MigrateContext,
): EntryChange[] {
  const old = [...(source.group?.entries.values() ?? [])]
  const gids = new Map(old.map(({ name, gid }) => [name.toLowerCase(), gid]))
  const names = new Set([
    ...destination.accounts.records('group').map(({ key }) => key),
    ...SYSTEM_GROUPS,
    ...users.map(({ name }) => name),
  ])
  return [...names].flatMap((name): EntryChange[] => {
    const gid = gids.get(name === 'locals' ? 'shared' : name.toLowerCase())
    if (gid === undefined) {
      log.warning(`group ${toDisplay(name)}: the old server does not know it, no SID is set`, {
        code: 'group-without-sid',
        subject: toDisplay(name),
      })
      return []
    }
    const sambaSID = `${sid}-${gid * 2 + 1001}`
    return [{ about: `group ${toDisplay(name)}`, dn: groupDn(name), attributes: { sambaSID } }]
  })
}

/** Samba computes the last number of an account from its id. */
function userSid(sid: string, uid: number): string {
  return `${sid}-${uid * 2 + 1000}`
}
