import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  fixtureSource,
  startMariadb,
  temporaryFolder,
  type Mariadb,
} from '@nethserver-migrate/testkit'
import { describeError, InterruptedError } from '../src/errors.js'
import { DatabaseLoader } from '../src/mysql/database-loader.js'
import { MysqlClient } from '../src/mysql/mysql-client.js'
import { noProgress } from '../src/report/progress.js'
import { Interruption } from '../src/run/interruption.js'

let mariadb: Mariadb
beforeAll(async () => {
  mariadb = await startMariadb()
  return () => mariadb.stop()
})
afterEach(() => {
  mariadb.sql(
    databases()
      .map((name) => `DROP DATABASE \`${name.replace(/`/g, '``')}\``)
      .join(';'),
  )
})

const OF_THE_SERVER = ['information_schema', 'mysql', 'performance_schema', 'sys']
const databases = () =>
  mariadb.sql('SHOW DATABASES').filter((name) => !OF_THE_SERVER.includes(name))

/** Logs in as root, whose password the server does not ask for. */
function client(): MysqlClient {
  const file = join(temporaryFolder(), 'options')
  writeFileSync(file, `[client]\nsocket=${mariadb.socket}\nuser=root\n`)
  return new MysqlClient(file)
}

/** Loads a dump of the database `shop`, as an import does. */
async function load(
  text: string | Buffer,
  { database = 'shop', replace = false, interruption = new Interruption() } = {},
): Promise<string | undefined> {
  const path = join(temporaryFolder(), 'a.dump')
  writeFileSync(path, text)
  const loader = new DatabaseLoader(client(), noProgress, interruption)
  const scratch = await loader.prepare(database, await loader.stateOf(database))
  const dump = { database, from: `${database}.dump`, path, bytes: 1 }
  return loader.load(dump, scratch, replace)
}

const failure = async (work: Promise<unknown>) =>
  describeError(
    await work.then(
      () => undefined,
      (error: unknown) => error,
    ),
  )

describe('a dump of the sample backup', () => {
  it.each([
    ['roundcubemail', { contacts: 2, identities: 6, users: 6 }],
    ['faxdb', { faxweb_association: 2, faxweb_fax: 5 }],
    ['horde', { horde_prefs: 6 }],
  ])('is loaded with all its rows: %s', async (database, rows) => {
    const dump = readFileSync(join(fixtureSource(), `home/e-smith/db/mysql/${database}.dump`))
    await load(dump, { database })
    expect(databases()).toEqual([database])
    const tables = mariadb.sql(`SHOW TABLES FROM ${database}`)
    const counts = tables.map((table) => [
      table,
      Number(mariadb.sql(`SELECT count(*) FROM ${database}.${table}`)[0]),
    ])
    expect(Object.fromEntries(counts)).toEqual(rows)
    expect(mariadb.sql(`SHOW CREATE DATABASE ${database}`)[0]).toContain('CHARACTER SET latin1')
  })

  it('keeps every byte of its texts', async () => {
    const dump = readFileSync(join(fixtureSource(), 'home/e-smith/db/mysql/roundcubemail.dump'))
    await load(dump, { database: 'roundcubemail' })
    const [signature] = mariadb.sql(
      "SELECT concat(name, '|', signature) FROM roundcubemail.identities WHERE identity_id = 4",
    )
    expect(signature).toBe("René Lefèvre|Regards,\\nrlefevre\\n\\\\o/ it's me; DROP TABLE `users`;")
  })
})

const EVERYTHING = `-- MySQL dump 10.11
CREATE DATABASE /*!32312 IF NOT EXISTS*/ \`shop\` /*!40100 DEFAULT CHARACTER SET utf8 */;
USE \`shop\`;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
CREATE TABLE \`child\` (\`id\` int, \`parent\` int, KEY \`k\` (\`parent\`),
  CONSTRAINT \`fk\` FOREIGN KEY (\`parent\`) REFERENCES \`parent\` (\`id\`)) ENGINE=InnoDB;
INSERT INTO \`child\` VALUES (1,1);
/*!50003 SET @OLD_SQL_MODE=@@SQL_MODE*/;
DELIMITER ;;
/*!50003 SET SESSION SQL_MODE="" */;;
/*!50003 CREATE */ /*!50017 DEFINER=\`gone\`@\`localhost\` */ /*!50003 TRIGGER \`grow\` BEFORE INSERT ON \`child\` FOR EACH ROW begin
  set NEW.id = NEW.id + 10;
end */;;
DELIMITER ;
/*!50003 SET SESSION SQL_MODE=@OLD_SQL_MODE*/;
CREATE TABLE \`parent\` (\`id\` int NOT NULL, PRIMARY KEY (\`id\`)) ENGINE=InnoDB;
INSERT INTO \`parent\` VALUES (1),(2);
DROP TABLE IF EXISTS \`all\`;
/*!50001 DROP VIEW IF EXISTS \`all\`*/;
/*!50001 CREATE TABLE \`all\` (\`id\` int) */;
DROP TABLE IF EXISTS \`base\`;
/*!50001 DROP VIEW IF EXISTS \`base\`*/;
/*!50001 CREATE TABLE \`base\` (\`id\` int) */;
/*!50001 DROP TABLE \`all\`*/;
/*!50001 DROP VIEW IF EXISTS \`all\`*/;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=\`root\`@\`localhost\` SQL SECURITY DEFINER */
/*!50001 VIEW \`all\` AS select \`base\`.\`id\` AS \`id\` from \`base\` */;
/*!50001 DROP TABLE \`base\`*/;
/*!50001 DROP VIEW IF EXISTS \`base\`*/;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=\`root\`@\`localhost\` SQL SECURITY DEFINER */
/*!50001 VIEW \`base\` AS select \`parent\`.\`id\` AS \`id\` from \`parent\` */;
DELIMITER ;;
/*!50003 DROP PROCEDURE IF EXISTS \`twice\` */;;
/*!50003 CREATE*/ /*!50020 DEFINER=\`root\`@\`localhost\`*/ /*!50003 PROCEDURE \`twice\`(a int)
begin select a * 2; select count(*) from parent; end */;;
DELIMITER ;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
-- Dump completed on 2012-11-18  1:00:05
`

describe('a database', () => {
  it('has its views, triggers, routines and foreign keys when it is loaded', async () => {
    await load(EVERYTHING)
    expect(databases()).toEqual(['shop'])
    expect(mariadb.sql('SHOW FULL TABLES FROM shop')).toEqual([
      'all\tVIEW',
      'base\tVIEW',
      'child\tBASE TABLE',
      'parent\tBASE TABLE',
    ])
    expect(mariadb.sql('SELECT * FROM shop.all; USE shop; CALL twice(21)')).toEqual([
      '1',
      '2',
      '42',
      '2',
    ])
    mariadb.sql('CREATE OR REPLACE USER gone@localhost; GRANT ALL ON shop.* TO gone@localhost')
    expect(mariadb.sql('USE shop; INSERT INTO child VALUES (1,2); SELECT * FROM child')).toEqual([
      '1\t1',
      '11\t2',
    ])
    mariadb.sql('DROP USER gone@localhost')
    expect(() => mariadb.sql('INSERT INTO shop.child VALUES (1,3)')).toThrow()
  })

  it('that the new client itself has dumped comes back the same', async () => {
    await load(EVERYTHING)
    const dump = () =>
      execFileSync(
        'mysqldump',
        [
          ...['--no-defaults', `--socket=${mariadb.socket}`, '--user=testkit', '--routines'],
          ...['--skip-dump-date', '--databases', 'shop'],
        ],
        { encoding: 'utf8' },
      )
    const before = dump()
    mariadb.sql('DROP DATABASE shop')
    await load(before)
    expect(dump()).toBe(before)
  })

  it.each(['a b', 'größe', '`"\'', 'a-b.c', '%'])('may have any name: %s', async (name) => {
    const quoted = `\`${name.replace(/`/g, '``')}\``
    const text = `CREATE DATABASE ${quoted};\nUSE ${quoted};\nCREATE TABLE t (a int);\nCREATE VIEW v AS SELECT 1;\n`
    await load(Buffer.from(text), { database: Buffer.from(name).toString('latin1') })
    expect(databases()).toEqual([name])
    expect(mariadb.sql(`SHOW TABLES FROM ${quoted}`)).toEqual(['t', 'v'])
  })

  it('takes the place of one that is empty', async () => {
    mariadb.sql('CREATE DATABASE shop')
    await load('CREATE TABLE t (a int);')
    expect(mariadb.sql('SHOW TABLES FROM shop')).toEqual(['t'])
  })

  it('that another program made meanwhile stays as it is', async () => {
    mariadb.sql('CREATE DATABASE shop; CREATE TABLE shop.own (a int)')
    expect(await failure(load('CREATE TABLE t (a int);'))).toMatchObject({
      code: 'DATABASE_SERVER_CHANGED_MEANWHILE',
    })
    expect(mariadb.sql('SHOW TABLES FROM shop')).toEqual(['own'])
  })
})

describe('a dump that fails', () => {
  it.each([
    [
      'the server refuses a statement',
      'CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\nINSERT INTO u VALUES (1);\n',
      'DUMP_NOT_LOADED',
      /^shop.dump was not loaded: .*ERROR 1146 .* at line 3: Table .*u' doesn't exist$/,
    ],
    [
      'it has a strange statement',
      'CREATE TABLE t (a int);\nGRANT ALL ON *.* TO x;\n',
      'DUMP_STRANGE_STATEMENT',
      /line 2: GRANT ALL/,
    ],
    [
      'it is cut short',
      'CREATE TABLE t (a int);\nINSERT INTO t VALUES (1),(2',
      'DUMP_TRUNCATED',
      /cut short/,
    ],
    [
      'it holds another database',
      'CREATE TABLE t (a int);\nUSE mysql;\n',
      'DUMP_OTHER_DATABASE',
      /holds the database mysql/,
    ],
  ])('leaves no database under its name: %s', async (_why, text, code, message) => {
    expect(await failure(load(text))).toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    })
    expect(databases()).toEqual([expect.stringMatching(/^nethserver_migrate_[0-9a-f]{12}_1$/)])
    expect(mariadb.sql("SELECT User FROM mysql.user WHERE User = 'x'")).toEqual([])
  })

  it('can be loaded when it was mended; what the first attempt has left is gone then', async () => {
    await failure(load('CREATE TABLE t (a int);\nnonsense;\n'))
    await failure(load('CREATE TABLE t (a int);\nnonsense;\n'))
    await load('CREATE TABLE t (a int);\n')
    expect(databases()).toEqual(['shop'])
  })

  it('by a stop of the run leaves no database under its name', async () => {
    const interruption = new Interruption()
    const slow = `CREATE TABLE t (a int);\n${'INSERT INTO t SELECT sleep(0.1);\n'.repeat(600)}`
    setTimeout(() => interruption.request('SIGINT'), 300)
    await expect(load(slow, { interruption })).rejects.toThrow(InterruptedError)
    expect(databases()).toHaveLength(1)
    expect(databases()).not.toContain('shop')
  })
})
