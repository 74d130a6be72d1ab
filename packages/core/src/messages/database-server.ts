import type { Messages } from './message.js'

export const DATABASE_SERVER_ERRORS: Messages = {
  DATABASE_SERVER_UNREACHABLE: {
    means:
      'The database server (MySQL or MariaDB) does not run, or its client program `mysql` is missing. The message has its words. No dump was loaded.',
    remedy:
      'Start it (`systemctl start mariadb`, on NethServer 6 `service mysqld start`), see that `mysql -e "SELECT 1"` works, then run the same command again.',
  },
  DATABASE_SERVER_LOGIN_REFUSED: {
    means:
      'The database server does not let root in: the password in `/root/.my.cnf` is not the one that it has for root. No dump was loaded.',
    remedy:
      'Correct the password in `/root/.my.cnf` until `mysql -e "SELECT 1"` works, then run the same command again.',
  },
  DATABASE_SERVER_REFUSED: {
    means: 'The database server did not do what it was asked to do; the message has its words.',
    remedy: 'Mend what the server says, then run the same command again.',
  },
  DATABASE_SERVER_CHANGED_MEANWHILE: {
    means:
      'While a dump was loaded, another program made a database of the same name. That one is left as it is; the dump was not loaded over it.',
    remedy:
      'Look at the database with `mysql NAME -e "SHOW TABLES"`. Remove it if nobody needs it, then run the same command again.',
  },
  DATABASE_SERVER_PASSWORD_USELESS: {
    means:
      'The password that root of the database server had on the old server was to be taken over, and a log-in with it failed. Root keeps the password that it has here.',
    remedy:
      'Look at the old `root/.my.cnf` in the source and at `/root/.my.cnf` here, then run the same command again. Programs that log in as root need the password of `/root/.my.cnf`.',
  },
  DUMP_TRUNCATED: {
    means:
      'The end of a dump is missing, so the backup of this database is not whole. Nothing of it was loaded.',
    remedy:
      'Take the dump from the old server (`mysqldump NAME`) or from an earlier backup, put it in its place in the source, then run the same command again.',
  },
  DUMP_NOT_LOADED: {
    means:
      'The database server refused a statement of a dump; the line in the message is that of the dump. Nothing of the database remains here.',
    remedy:
      'Mend what the server says (a newer server may not know a type or an engine of the old one): correct that line in the dump, then run the same command again.',
  },
  DUMP_OTHER_DATABASE: {
    means:
      'A dump holds another database than its file name says, or a second one. It was not loaded, since it could overwrite a database that nobody expects.',
    remedy:
      'Give the file the name of its database with `.dump`, and each database a file of its own, then run the same command again.',
  },
  DUMP_STRANGE_STATEMENT: {
    means:
      'A dump has a statement that no dump of a single database has, such as one that changes accounts or another database. Nothing of it was loaded.',
    remedy:
      'Look at the line that the message names. Take the statement out of the dump and run the same command again, or load the dump by hand if you trust it: `mysql NAME <FILE`.',
  },
  DUMP_UNREADABLE: {
    means:
      'The accounts of the old database server, in `mysql.dump`, are in a form that is not known. No account was made; databases are loaded all the same.',
    remedy:
      'Make the accounts that are still needed by hand: `mysql -e "GRANT ALL ON DATABASE.* TO USER@localhost IDENTIFIED BY \'PASSWORD\'"`.',
  },
}
