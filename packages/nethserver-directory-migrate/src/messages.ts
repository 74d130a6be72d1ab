import type { Messages } from '@nethserver-migrate/core'

export const messages: Messages = {
  'account-file-bad-lines': {
    means:
      'Lines of an account file of the old server (passwd, shadow, group) cannot be read. What stands there is left out.',
    remedy:
      'Look at these lines in the file of the source, and make by hand an account that is still needed.',
  },
  'reserved-account': {
    means:
      'The old user or group has a name that the new system uses for itself. It is not migrated, since it would get the rights of that account.',
    remedy:
      'Make one with another name by hand if it is still needed. The files of the old user are still in the source.',
  },
  'account-name-invalid': {
    means:
      'The name is none that an account of the new server may have; the message says why (a character, its length). The account is not migrated.',
    remedy:
      'Make an account with another name by hand, and copy its files from `home/e-smith/files/users` of the source.',
  },
  'name-of-other-kind': {
    means:
      'The destination has a group where the old server had a user of this name, or the other way round. The account is not migrated.',
    remedy:
      'Make one with another name by hand if it is still needed. The files of the old user are still in the source.',
  },
  'no-accounts-provider': {
    means:
      'The new server has no accounts provider yet, so users and groups have no place to go: none is migrated, nor their passwords, files and mail.',
    remedy:
      'Choose and configure one on the page Accounts provider (a local Active Directory for a former domain controller, otherwise local LDAP), then run the same command again.',
  },
  'accounts-left-out': {
    means:
      'The new server has no accounts provider, and the file of decisions says that this does no harm: users and groups are not migrated, nor their passwords, files and mail.',
    remedy:
      'Nothing has to be done. If they are needed after all, configure a provider on the page Accounts provider, then run the same command again.',
  },
  'accounts-provider-awaited': {
    means:
      'The file of decisions says that accounts are imported only into the accounts provider that suits the Samba role of the old server, and this server has another one.',
    remedy:
      'Change the accounts provider on the page of that name (`account-provider-test dump` shows what is there), then run the same command again. Or decide otherwise: write `any` after `provider` in the file of decisions.',
  },
  'accounts-provider-unsuited': {
    means:
      'For the Samba role of the old server another accounts provider suits better: a domain needs the local Active Directory, a member of an Active Directory that same one. Accounts are migrated, but workstations will not stay joined.',
    remedy:
      'If workstations are to stay joined, change the accounts provider before you go on. Otherwise nothing has to be done.',
  },
  'accounts-from-active-directory': {
    means:
      'A local Active Directory takes its accounts from the old domain as a whole, so none is made one by one. Another action of the import does it.',
    remedy: 'Look in this report for `domain-upgraded`, and for errors about the domain.',
  },
  'admin-files-missing': {
    means: 'The account admin has no files in the source: there is nothing to migrate.',
    remedy: '',
  },
  'group-exists': {
    means:
      'The destination has an account or record of this name already, which no import has made. It is skipped: its members stay those that it has here.',
    remedy: 'Compare the members of both, and add by hand those who are missing.',
  },
  'gid-changed': {
    means:
      'The number of the group on the old server is taken here, or is not one of a person’s group. The group has another one. Files that are migrated belong to the right group all the same.',
    remedy:
      'Only where files were brought by other ways: `find / -xdev -gid OLD` finds those of the old number.',
  },
  'group-unknown': {
    means:
      'The accounts provider is on another server and does not know this group. It is not made here.',
    remedy: 'Make it at the provider if it is still needed, then run the same command again.',
  },
  'group-members-unknown': {
    means:
      'The group has members who have no account here. They are left out, the others are in it.',
    remedy:
      'Add those who are still needed on the page Users and groups, when their accounts exist.',
  },
  'home-missing': {
    means: 'The folder of a user is not in the source, so no files are migrated. The account is.',
    remedy: 'If the user had files, extract the whole backup and run the same command again.',
  },
  'home-without-user': {
    means:
      'A folder with files belongs to no user of the old server: its user was deleted there. It stays in the source.',
    remedy: 'Copy what is still needed by hand before you remove the source.',
  },
  'passwords-at-provider': {
    means:
      'The accounts provider is on another server, which keeps the passwords: they stay as they are.',
    remedy: '',
  },
  'shadow-missing': {
    means:
      'The file `etc/shadow` is not in the source, or is a link. Without it no password is known: accounts are made, and nobody can log in.',
    remedy:
      'Extract the whole backup as root (others cannot read the file), then run the same command again.',
  },
  'users-without-password': {
    means:
      'These users had no password on the old server, a locked one, or one that could not be imported. Their accounts exist, and they cannot log in.',
    remedy:
      'Give a new password to those who need it, on the page Users and groups, or with `signal-event password-modify USER FILE`, where FILE holds the password.',
  },
  'password-not-set': {
    means: 'The user never had a password on the old server. The account stays disabled.',
    remedy: '',
  },
  'password-locked': {
    means: 'The account was locked on the old server. It stays locked.',
    remedy: '',
  },
  'password-weak': {
    means:
      'The password is stored as a hash that can be broken today. It was imported as it is, so that the user can log in; nobody can make it stronger without knowing it.',
    remedy: 'Have the user change it soon.',
  },
  'password-unknown-form': {
    means:
      'The hash of the password is in a form that this host cannot check. It was not imported.',
    remedy: 'Give the user a new password on the page Users and groups.',
  },
  'uid-changed': {
    means:
      'The number of the user on the old server is taken here, or is not one of a person. The user has another one. Files that are migrated belong to the right user all the same.',
    remedy:
      'Only where files were brought by other ways: `find / -xdev -uid OLD` finds those of the old number.',
  },
  'user-exists': {
    means:
      'The destination has an account or record of this name, which no import has made. With a local LDAP it may be the same person, and gets password and files of the old server; otherwise, or when it is an account of the system, it is left alone with password and files. The message says which.',
    remedy:
      'Make sure that both are the same person. If they are not, give one of them another name, and copy the files by hand from `home/e-smith/files/users` of the source where they were skipped.',
  },
  'user-unknown': {
    means:
      'The accounts provider is on another server and does not know this user. Files are not migrated without an owner; they are still in the source.',
    remedy: 'Make the account at the provider, then run the same command again.',
  },
}
