import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DumpFilter, type DumpPart } from '../src/mysql/dump-filter.js'
import { quoteText } from '../src/mysql/sql-text.js'
import { anyBytes } from './helpers/any-bytes.js'
import { thrownBy } from './helpers/thrown-by.js'

/** What is loaded of a dump of the database `shop` that comes in chunks of these sizes. */
function loaded(
  text: string,
  part: DumpPart = 'everything',
  sizes: readonly number[] = [],
): string {
  const filter = new DumpFilter('shop.dump', 'shop', part)
  const bytes = Buffer.from(text, 'latin1')
  const kept: Buffer[] = []
  let at = 0
  for (const size of [...sizes, bytes.length]) {
    kept.push(...filter.push(bytes.subarray(at, at + size)))
    at += size
  }
  filter.end()
  return Buffer.concat(kept).toString('latin1')
}

const refusal = (text: string) => (thrownBy(() => loaded(text)) as Error).message

/** As a server of 5.0 is dumped with a view and a trigger. */
const WITH_OBJECTS = `-- MySQL dump 10.11
/*!40101 SET NAMES utf8 */;
CREATE DATABASE /*!32312 IF NOT EXISTS*/ \`shop\` /*!40100 DEFAULT CHARACTER SET latin1 */;

USE \`shop\`;
DROP TABLE IF EXISTS \`items\`;
CREATE TABLE \`items\` (
  \`id\` int(11) default NULL
) ENGINE=InnoDB;
INSERT INTO \`items\` VALUES (1);

/*!50003 SET @OLD_SQL_MODE=@@SQL_MODE*/;
DELIMITER ;;
/*!50003 SET SESSION SQL_MODE="" */;;
/*!50003 CREATE */ /*!50017 DEFINER=\`root\`@\`localhost\` */ /*!50003 TRIGGER \`t\` BEFORE INSERT ON \`items\` FOR EACH ROW begin
  set NEW.id = NEW.id + 1; -- it's one more
end */;;

DELIMITER ;
DROP TABLE IF EXISTS \`v\`;
/*!50001 DROP VIEW IF EXISTS \`v\`*/;
/*!50001 CREATE TABLE \`v\` (
  \`id\` int(11)
) */;
/*!50001 DROP TABLE \`v\`*/;
/*!50001 DROP VIEW IF EXISTS \`v\`*/;
/*!50001 CREATE ALGORITHM=UNDEFINED */
/*!50013 DEFINER=\`root\`@\`localhost\` SQL SECURITY DEFINER */
/*!50001 VIEW \`v\` AS select \`items\`.\`id\` AS \`id\` from \`items\` */;
`

describe('a dump that is loaded', () => {
  it('is the same in whatever chunks it comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(40)),
        fc.constantFrom<DumpPart>('everything', 'objects'),
        (sizes, part) => {
          expect(loaded(WITH_OBJECTS, part, sizes)).toBe(loaded(WITH_OBJECTS, part))
        },
      ),
    )
  })

  it('goes into a database of any name: what names it is left out, and no line moves', () => {
    expect(loaded(WITH_OBJECTS).split('\n').slice(1, 6)).toEqual([
      '/*!40101 SET NAMES utf8 */;',
      'ALTER DATABASE CHARACTER SET latin1;',
      '',
      '',
      'DROP TABLE IF EXISTS `items`;',
    ])
    expect(loaded(WITH_OBJECTS).split('\n').slice(5)).toEqual(WITH_OBJECTS.split('\n').slice(5))
  })

  it('may be read a second time for what is no table', () => {
    const lines = loaded(WITH_OBJECTS, 'objects').split('\n')
    expect(lines).toHaveLength(WITH_OBJECTS.split('\n').length)
    expect(lines.filter((line) => line !== '')).toEqual([
      '-- MySQL dump 10.11',
      '/*!40101 SET NAMES utf8 */;',
      'ALTER DATABASE CHARACTER SET latin1;',
      '/*!50003 SET @OLD_SQL_MODE=@@SQL_MODE*/;',
      'DELIMITER ;;',
      '/*!50003 SET SESSION SQL_MODE="" */;;',
      '/*!50003 CREATE */ /*!50017 DEFINER=`root`@`localhost` */ /*!50003 TRIGGER `t` BEFORE INSERT ON `items` FOR EACH ROW begin',
      "  set NEW.id = NEW.id + 1; -- it's one more",
      'end */;;',
      'DELIMITER ;',
      '/*!50001 DROP VIEW IF EXISTS `v`*/;',
      '/*!50001 CREATE TABLE `v` (',
      '  `id` int(11)',
      ') */;',
      '/*!50001 DROP TABLE `v`*/;',
      '/*!50001 DROP VIEW IF EXISTS `v`*/;',
      '/*!50001 CREATE ALGORITHM=UNDEFINED */',
      '/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */',
      '/*!50001 VIEW `v` AS select `items`.`id` AS `id` from `items` */;',
    ])
  })

  it.each([
    ['tables alone', 'CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n', false],
    ['a view', WITH_OBJECTS, true],
    ['a routine', 'DELIMITER //\nCREATE DEFINER=`a b`@`%` PROCEDURE p() begin end//\n', true],
  ])('tells whether there is more than tables in it: %s', (_what, text, more) => {
    const filter = new DumpFilter('shop.dump', 'shop', 'everything')
    filter.push(Buffer.from(text))
    expect(filter.hasObjects).toBe(more)
  })

  it('keeps texts, names and comments as they are, whatever they hold', () => {
    const comment = anyBytes().map((text) => `-- ${text.replace(/\n/g, '')}\n`)
    const block = anyBytes().map((text) => `/* ${text.replace(/\*\//g, '')} */`)
    const insert = anyBytes().map((text) => `INSERT INTO t VALUES (1,${quoteText(text)});\n`)
    const name = anyBytes().map((text) => `DROP TABLE \`${text.replace(/`/g, '``')}\`;`)
    const doubled = anyBytes().map(
      (text) => `INSERT INTO t VALUES ('${text.replace(/\\/g, '').replace(/'/g, "''")}') ;`,
    )
    const parts = fc.array(fc.oneof(comment, block, insert, name, doubled))
    fc.assert(
      fc.property(parts, fc.array(fc.nat(40)), (texts, sizes) => {
        const text = texts.join('')
        expect(loaded(text, 'everything', sizes)).toBe(text)
      }),
    )
  })

  it.each([
    'INSERT INTO t VALUES (1--1);\n',
    "INSERT INTO t VALUES (1--'; DROP DATABASE shop; ');\n",
    'INSERT INTO t VALUES (1--`;`);\n',
    'INSERT INTO t VALUES (1--/* ; */ 2);\n',
  ])('takes two dashes for a comment only where a blank follows: %s', (text) => {
    for (let size = 1; size <= text.length; size += 1)
      expect(
        loaded(
          text,
          'everything',
          Array.from(text, () => size),
        ),
      ).toBe(text)
  })

  it.each(['a#b', 'a -- b', 'a /* b', 'a */ b', 'a.b', "a'b", 'a  b', 'a(b'])(
    'may have tables of any name, in statements of any length: %s',
    (name) => {
      const text = [
        `CREATE TABLE \`${name}\` (\n  \`a.b\` int,\n${'  `c` int, # d\n'.repeat(1000)}  \`e\` int);`,
        `INSERT INTO \`${name}\` VALUES (1),\n${"(2,'a.b'),\n".repeat(1000)}(3);`,
        `LOCK TABLES \`${name}\` WRITE;\n`,
      ].join('\n')
      for (const sizes of [[], [10], [4200]]) expect(loaded(text, 'everything', sizes)).toBe(text)
    },
  )

  it('may name its database by any name', () => {
    const filter = new DumpFilter('a  b.dump', 'a  -- `b', 'everything')
    const kept = filter.push(Buffer.from('USE `a  -- ``b`;\nCREATE DATABASE `a  -- ``b`;\n'))
    expect(Buffer.concat(kept).toString()).toBe('\n\n')
  })

  it('loses its statements about databases among whatever else', () => {
    const gone = fc.constantFrom(
      'USE `shop`;',
      'use shop ;',
      'CREATE DATABASE `shop`;',
      'CREATE SCHEMA IF NOT EXISTS shop;',
      '/*!40000 DROP DATABASE IF EXISTS `shop`*/;',
      'DROP DATABASE other;',
    )
    const kept = anyBytes().map((text) => `REPLACE INTO t VALUES (${quoteText(text)});`)
    const parts = fc.array(
      fc.oneof(
        gone.map((text) => ({ text, stays: false })),
        kept.map((text) => ({ text, stays: true })),
      ),
    )
    fc.assert(
      fc.property(parts, fc.array(fc.nat(30)), (statements, sizes) => {
        const text = statements.map((statement) => `${statement.text}\n`).join('')
        expect(loaded(text, 'everything', sizes)).toBe(
          statements.map(({ text: own, stays }) => `${stays ? own : ''}\n`).join(''),
        )
      }),
    )
  })

  it('keeps the character set that it gives its database, also by the way', () => {
    const text = [
      'CREATE DATABASE `shop` /*!40100 DEFAULT CHARACTER SET utf8 COLLATE utf8_bin */;',
      'ALTER DATABASE `shop` CHARACTER SET latin1 COLLATE latin1_swedish_ci ;',
      '',
    ].join('\n')
    expect(loaded(text)).toBe(
      [
        'ALTER DATABASE CHARACTER SET utf8 COLLATE utf8_bin;',
        'ALTER DATABASE CHARACTER SET latin1 COLLATE latin1_swedish_ci;',
        '',
      ].join('\n'),
    )
  })

  it('loses the switch to a safe mode that older clients do not know', () => {
    const text = '/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump\nSET NAMES utf8;\n'
    for (let size = 0; size < 50; size += 1)
      expect(loaded(text, 'everything', [size])).toBe('\n-- MariaDB dump\nSET NAMES utf8;\n')
  })

  it('may end its statements in any way, for a while', () => {
    const text = [
      'DELIMITER go',
      'CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW begin set NEW.b = 1; end go',
      'delimiter //',
      "INSERT INTO t VALUES (4/2,'//','go')//",
      'DELIMITER ;',
      'INSERT INTO t VALUES (1);',
      '',
    ].join('\n')
    for (let size = 0; size < text.length; size += 1)
      expect(loaded(text, 'everything', [size])).toBe(text)
  })
})

describe('a dump is refused', () => {
  it.each([
    ['USE `mysql`;', 'shop.dump holds the database mysql'],
    ['CREATE DATABASE `a``b`;', 'shop.dump holds the database a`b'],
    ['ALTER DATABASE `mysql` CHARACTER SET utf8;', 'shop.dump holds the database mysql'],
  ])('when it names another database: %s', (text, message) => {
    expect(refusal(text)).toBe(message)
  })

  it.each([
    ['INSERT INTO `mysql`.`user` VALUES (1);', 'INSERT INTO'],
    ['insert into mysql . user values (1);', 'insert into'],
    ['DROP TABLE IF EXISTS a, `mysql`.`db`;', 'DROP TABLE'],
    ['CREATE TRIGGER t BEFORE INSERT ON mysql.user FOR EACH ROW set @a=1;', 'CREATE TRIGGER'],
    ['/*!40000 ALTER TABLE a RENAME mysql.b */;', '/*!40000 ALTER TABLE'],
  ])('when it reaches into another database: %s', (text, words) => {
    expect(refusal(`;\n\n${text}`)).toBe(
      `shop.dump line 3: ${words} does not belong in the dump of a database`,
    )
  })

  it.each([
    ["GRANT ALL ON *.* TO x IDENTIFIED BY 'PLANTED';", 'GRANT ALL'],
    ["CREATE USER x IDENTIFIED BY 'PLANTED';", 'CREATE USER'],
    ["SET PASSWORD = 'PLANTED';", 'SET PASSWORD'],
    ['SET GLOBAL a=1;', 'SET GLOBAL'],
    ['SET @a=1, GLOBAL b=2;', 'SET'],
    ['SET @@GLOBAL.GTID_PURGED=1;', 'SET'],
    ['FLUSH PRIVILEGES;', 'FLUSH PRIVILEGES'],
    ["LOAD DATA INFILE '/etc/shadow' INTO TABLE t;", 'LOAD DATA'],
    ["CREATE FUNCTION f RETURNS STRING SONAME 'x.so';", 'CREATE FUNCTION'],
    ['source /etc/passwd;', 'source'],
    ['system touch x;', 'system touch'],
    [`/*!${'/* */'.repeat(1000)} GRANT ALL */;`, '/*!'],
  ])('when it does what no dump does: %s', (text, words) => {
    expect(refusal(`\n${text}`)).toBe(
      `shop.dump line 2: ${words} does not belong in the dump of a database`,
    )
  })

  it.each(['\\! touch x\n', 'INSERT INTO t VALUES (1)\\g\n', ' \\. x;', "SELECT '\\''\\! x\n"])(
    'when it has a command for the client program: %j',
    (text) => {
      expect(refusal(text)).toBe('shop.dump line 1: \\ does not belong in the dump of a database')
    },
  )

  it.each([
    'INSERT INTO t VALUES (1),(2)',
    "INSERT INTO t VALUES ('abc",
    "INSERT INTO t VALUES ('abc\\",
    '/* abc',
    'DROP',
  ])('when it ends in the middle: %s', (text) => {
    expect(refusal(`USE shop;\n${text}`)).toBe('shop.dump was cut short: its end is missing')
  })

  it('by its beginning, however long a statement is', () => {
    const filter = new DumpFilter('shop.dump', 'shop', 'everything')
    expect(() => filter.push(Buffer.from(`GRANT ${'x'.repeat(5000)}`))).toThrow(/GRANT/)
  })

  it.each(['/*!40000', 'DROP TABLE a,', 'SET @a=1,', 'LOCK TABLES a READ,', 'USE', 'USE shop'])(
    'when a long blank hides what it does: %s',
    (beginning) => {
      const text = `${beginning}${' '.repeat(5000)}mysql.user;`
      for (const sizes of [[], [10], [4500]])
        expect(() => loaded(text, 'everything', sizes)).toThrow(/does not belong/)
    },
  )
})

it('holds no more of a dump than the beginning of a statement', () => {
  const filter = new DumpFilter('shop.dump', 'shop', 'everything')
  const held = (text: string) =>
    text.length - filter.push(Buffer.from(text)).reduce((sum, { length }) => sum + length, 0)
  expect(held("INSERT INTO t VALUES ('")).toBeGreaterThan(0)
  expect(held('x'.repeat(100_000))).toBeLessThanOrEqual(0)
  expect(held('x'.repeat(100_000))).toBe(0)
})
