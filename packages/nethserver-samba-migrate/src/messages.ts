import type { Messages } from '@nethserver-migrate/core'

export const messages: Messages = {
  'samba-accounts-of-provider': {
    means:
      'Here the accounts provider has the accounts of Samba, so roles and passwords of the old Samba are not imported.',
    remedy: '',
  },
  'samba-role': {
    means:
      'The role and the workgroup that the old Samba had. What follows from it is in the plan.',
    remedy: '',
  },
  'samba-files-no-folder': {
    means:
      'A link or file has the name of a folder with files of Samba (logon scripts, profiles, printer drivers). They are not migrated.',
    remedy:
      'Look where it points with `ls -l PATH`, put the real folder there if it is yours, then run the same command again.',
  },
  'profile-left': {
    means:
      'A roaming profile has no place here: its user does not exist, or has no folder for it, since that is made at the first log-on. It stays in the source.',
    remedy:
      'Have the user log on once, or make the folder by hand, then run the same command again.',
  },
  'samba-files-left': {
    means: 'The new server has no place for these files of the old Samba. They stay in the source.',
    remedy: 'Copy what is still needed before you remove the source.',
  },
  'directory-not-changed': {
    means:
      'The directory of accounts did not take what Samba needs of some accounts. They cannot log on with Samba.',
    remedy:
      'Look at each: `ldapsearch -Q -Y EXTERNAL -H ldapi:/// -b SUFFIX uid=NAME` (or `cn=NAME`), with the suffix of the task. Then run the same command again.',
  },
  'domain-sid-missing': {
    means:
      'The SID of the old domain cannot be read from `secrets.tdb`. Without it workstations would not know the domain any more, so neither its accounts nor the new role are applied.',
    remedy:
      'Put `secrets.tdb` of the old server (`/etc/samba/secrets.tdb` there) into the place that the message names, then run the same command again.',
  },
  'domain-sid': {
    means: 'The number by which workstations know the domain. It is taken over.',
    remedy: '',
  },
  'user-without-sid': {
    means:
      'The number that the user had on the old server is not known, so no SID of Samba can be made of it.',
    remedy: 'Save the user on the page Users and groups.',
  },
  'group-without-sid': {
    means: 'The old server does not know this group, so it has no SID of Samba to take over.',
    remedy: 'Nothing has to be done for a group that is new on this server.',
  },
  'ibay-unknown': {
    means:
      'The shared folder was no ibay of the old server, so there are no settings of Samba for it. It is left as it is.',
    remedy: '',
  },
  'recycle-bin-unknown': {
    means:
      'The record does not clearly say whether the ibay had a recycle bin. The shared folder has none.',
    remedy: 'Enable it on the page Shared folders if it is wanted.',
  },
  'logon-scripts-name-old-server': {
    means:
      'Scripts that run at the log-on of workstations name the old server. Drives that they connect would be those of a server that is gone.',
    remedy: 'Open each of them in the folder of the task, and write the name of the new server.',
  },
  'machines-without-secret': {
    means:
      'Workstations have no secret in the old password file of Samba. Their accounts exist, but nothing can log on with them.',
    remedy: 'Have each of them leave the domain and join it again.',
  },
  'machine-invalid': {
    means:
      'The record of a workstation has a name that none can have, or no number. It is not migrated.',
    remedy: 'Have the workstation join the domain again if it still exists.',
  },
  'machine-exists': {
    means: 'The new server has an account of this name already. It is kept as it is.',
    remedy: 'If the workstation cannot log on, have it join the domain again.',
  },
  'workgroup-invalid': {
    means:
      'The workgroup of the old server is not set, or is no name that Windows allows (up to 15 of A-Z, 0-9, - and _). Samba is left as it is.',
    remedy:
      'Set it in the source: change `Workgroup` in the line `smb=` of `home/e-smith/db/configuration`. Then run the same command again.',
  },
  'logon-drive-invalid': {
    means:
      'The drive of home directories on workstations is no letter on the old server. It becomes Z:.',
    remedy:
      'If Z: is in use on the workstations: `config setprop smb LogonDrive X:` with the letter that is free, then `signal-event nethserver-samba-save`.',
  },
  'alias-invalid': {
    means:
      'The new server is to answer to the name of the old one as well, but that is no name that Windows can use. No alias is made.',
    remedy:
      'Run `config setprop smb NetbiosAliasList NAME` with the name that workstations know, then `signal-event nethserver-samba-save`.',
  },
  'check-samba-role': {
    means:
      'What Samba is to be in the new network (domain controller, workgroup server, member of an Active Directory) has to be looked at by a person who knows it.',
    remedy:
      'Check role and workgroup, and log on from a workstation. A member of an Active Directory has to join it anew.',
  },
  'smbpasswd-missing': {
    means:
      'The password file of the old Samba is not in the source, or is a link. No password of Samba is migrated.',
    remedy: 'Extract the whole backup as root, then run the same command again.',
  },
  'smbpasswd-bad-lines': {
    means: 'Lines of the old password file of Samba cannot be read. What stands there is left out.',
    remedy:
      'Look at these lines in `etc/samba/smbpasswd` of the source, and give a new password to those who need one.',
  },
  'user-not-in-system': {
    means:
      'The record of a user exists, but no account of the system. Samba cannot know this user.',
    remedy: 'Look above why the account was not made, then run the same command again.',
  },
  'smbpasswd-line-missing': {
    means: 'The user has no line in the password file of the old Samba, so no password of Samba.',
    remedy: 'Give the user a new password on the page Users and groups.',
  },
  'samba-password-not-set': {
    means: 'The user was disabled, or had no password, in the old Samba. That stays so.',
    remedy: '',
  },
  'users-without-samba-password': {
    means: 'These users have no password of Samba, so they cannot use shared folders.',
    remedy:
      'Set a password on the page Users and groups for those who need one. For one who was disabled also `db accounts setprop USER Samba enabled`, then `signal-event user-modify USER`.',
  },
}
