import type { Messages } from './message.js'

export const VERIFY_ERRORS: Messages = {
  NEVER_IMPORTED: {
    means:
      'The journal of this destination has no import of this source, or all were undone: there is nothing to compare with.',
    remedy:
      'Import first: `nethserver-migrate import SOURCE`. If it was imported into a staged destination, add `--root DIR`.',
  },
}

export const VERIFY_FINDINGS: Messages = {
  'verify-record': {
    means:
      'A record of the destination is not as the import left it, or a new import would change it.',
    remedy:
      'If somebody changed it on purpose, nothing has to be done. Otherwise run `nethserver-migrate plan SOURCE` to see the difference, and import again.',
  },
  'verify-missing': {
    means: 'A file or folder that was imported is no longer there, or something else has its name.',
    remedy:
      'If a user removed it (mail, for example), nothing has to be done. Otherwise take it from the archive of the backup.',
  },
  'verify-size': {
    means: 'A file has another length than the one that was imported.',
    remedy:
      'If it was changed on purpose, nothing has to be done. Otherwise take it from the archive of the backup.',
  },
  'verify-checksum': {
    means: 'A file has the right length, or was written by the import, but holds other bytes.',
    remedy:
      'If it was changed on purpose, nothing has to be done. Otherwise the disk may be at fault: look for errors with `dmesg` and `smartctl -a DISK`, and take the file from the archive of the backup.',
  },
  'verify-link': {
    means: 'A symbolic link that was imported points to something else now.',
    remedy: 'Look at it with `ls -l PATH`, and correct it if nobody changed it on purpose.',
  },
  'verify-pending': {
    means: 'A new import of the same source would do something that the last one has not done.',
    remedy:
      'See what with `nethserver-migrate plan SOURCE`, and import again: what is done already is not done twice.',
  },
  'verify-no-checksum': {
    means:
      'Of some files it is not known which bytes they had: they were moved without reading them. Their lengths were compared, their bytes were not.',
    remedy:
      'Nothing has to be done. An import with `--checksum` writes the checksums down while it reads every byte.',
  },
  'service-accounts': {
    means:
      'Accounts that an import has made, or brought files for, cannot be looked up on this server: nobody can log in as them. `getent passwd` was asked.',
    remedy:
      'See whether the accounts provider runs: `systemctl status sssd`, on NethServer 6 `service slapd status`. Look with `getent passwd NAME` for one of them. If the service runs and an account is missing, see in the report of the import what became of it.',
  },
  'service-directory': {
    means: 'The LDAP server behind the accounts does not answer.',
    remedy:
      'Start it if it does not run: `systemctl status slapd`. For one on another machine, see that this server reaches it: `ldapsearch -x -H URI -s base -b ""`.',
  },
  'service-imap': {
    means:
      'The mail server does not answer, does not let the test user in, or does not open the inbox. The message has its words.',
    remedy:
      'See whether dovecot runs: `systemctl status dovecot`, on NethServer 6 `service dovecot status`. If the log-in is refused, `doveadm auth test NAME` tries it by hand. The reason is in `/var/log/maillog`.',
  },
  'service-smtp': {
    means: 'The mail server does not greet on port 25, or not as a mail server does.',
    remedy:
      'See whether postfix runs: `systemctl status postfix`, on NethServer 6 `service postfix status`. The reason is in `/var/log/maillog`.',
  },
  'service-web': {
    means:
      'The web server does not answer for a host name, or says that it has failed (status 500 and higher). A page that is closed, is missing or asks for a password counts as an answer.',
    remedy:
      'See whether httpd runs: `systemctl status httpd`, on NethServer 6 `service httpd status`. The reason is in `/var/log/httpd/error_log`.',
  },
  'service-shares': {
    means: 'The file server does not answer, or does not list a shared folder that was imported.',
    remedy:
      'See whether Samba runs: `systemctl status smb`, on NethServer 6 `service smb status`. `testparm -s` shows the shares that are configured, `smbclient -L localhost -U USER` those that a user sees.',
  },
  'service-sql': {
    means:
      'The database server does not answer, does not let root in, or lacks a database that was imported.',
    remedy:
      'See whether it runs: `systemctl status mariadb`, on NethServer 6 `service mysqld status`; and whether `mysql -e "SHOW DATABASES"` works. A database that is missing comes with `nethserver-migrate import SOURCE --restart`.',
  },
  'service-not-done': {
    means:
      'A service was not tested: nobody was named who could log in, a program that asks is missing, or the service is disabled on this server. The message says which.',
    remedy:
      'Do what the message says where the service matters to you, then run `nethserver-migrate verify SOURCE` again.',
  },
  'services-not-tested': {
    means: 'A staged destination is a folder: no service runs there that could be tested.',
    remedy:
      'Run `nethserver-migrate verify SOURCE` on the server itself, without `--root`, once its queue was replayed.',
  },
}
