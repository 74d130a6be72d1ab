import type { Messages } from '@nethserver-migrate/core'

export const messages: Messages = {
  'home-migrated': {
    means: 'The files of this user are in the home directory that the message names.',
    remedy: '',
  },
  'home-without-user': {
    means:
      'There are files of a user whom the domain does not know, or whose name is one of an account of the system. They stay in the source.',
    remedy:
      'Make the user on the page Users and groups if it is still needed and run the same command again, or copy the files by hand before you remove the source.',
  },
  'role-not-upgraded': {
    means:
      'The old server was neither domain controller (PDC) nor a server of a workgroup (WS), so its accounts cannot become those of the local Active Directory. A member of an Active Directory (ADS) had its accounts there.',
    remedy:
      'For ADS: make that Active Directory the accounts provider of the new server, then run the same command again. Otherwise make the accounts by hand.',
  },
  'domain-upgraded': {
    means:
      'The accounts of the old Samba become those of the local Active Directory, with their passwords and the SID of the domain.',
    remedy: '',
  },
  'domain-input-missing': {
    means:
      'Something that the upgrade of the domain needs is missing or does not fit: a file of the old Samba, its SID, or the name of the new domain. Everything is looked at before anything is touched; the domain controller is as it was.',
    remedy:
      'Do what each of these messages says: extract the whole backup, or configure the local Active Directory with the workgroup of the old one. Then run the same command again.',
  },
  'smbpasswd-bad-lines': {
    means:
      'Lines of the old password file of Samba cannot be read. The accounts that stand there are left out.',
    remedy:
      'Look at these lines in `etc/samba/smbpasswd` of the source, and make by hand the accounts that are still needed.',
  },
  'reserved-account': {
    means:
      'The old user or group has a name that the system or the Active Directory uses for itself. It is not migrated, since it would get the rights of that account.',
    remedy: 'Make one with another name by hand if it is still needed.',
  },
  'account-name-invalid': {
    means:
      'No account of the domain can have this name. It is not migrated; files that belonged to it are still in the source.',
    remedy: 'Make an account with another name by hand if it is still needed.',
  },
  'account-not-in-passwd': {
    means:
      'The account stands in the password file of Samba and not in `etc/passwd`: it was deleted in part on the old server. The upgrade would stop at it, so it is left out.',
    remedy:
      'Make an account by hand if it is still needed. A workstation has to join the domain again.',
  },
  'name-of-other-kind': {
    means:
      'A group of the old server has the name of a user. In an Active Directory names of users and groups are one list, so the group is not migrated.',
    remedy:
      'Make a group with another name by hand if it is still needed, and give it the members of the old one.',
  },
  'group-members-unknown': {
    means:
      'The group has members without an account in the domain. They are left out, the others are in it.',
    remedy:
      'Add those who are still needed on the page Users and groups, when their accounts exist.',
  },
  'users-without-password': {
    means:
      'These users were locked, or had no password of Samba, on the old server, or have no line there at all. They cannot log in to the domain.',
    remedy: 'Give a password on the page Users and groups to those who need one.',
  },
  'admin-without-password': {
    means:
      'The account admin had no password in the old Samba. What it has in the new domain, nobody knows.',
    remedy: 'Set one on the page Users and groups before anything else.',
  },
  'domain-upgrade-failed': {
    means:
      'One of the steps that take the domain over failed. The new domain controller may be half changed; an archive of what it was before was made first.',
    remedy:
      'Look at the first error above, mend it and run the same command again. To go back instead, use the commands of the task: they stop Samba in its container, unpack the archive there and start it again.',
  },
  'domain-state-saved': {
    means:
      'Before the domain was taken over, everything that the new domain controller had was saved in the archive that the message names.',
    remedy: 'Keep it until everybody can log on, then remove it.',
  },
  'domain-has-users': {
    means:
      'The new domain may have users of its own by now: they are there, or could not be counted. Taking over the old domain would remove them, so it is left as it is.',
    remedy:
      'If these users are still needed, make those of the old server by hand. If not, run the same command again with `--replace-domain`: an archive keeps what is there.',
  },
}
