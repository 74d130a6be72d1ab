import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '@nethserver-migrate/testkit'
import { checkWhole } from '../src/mysql/dump-file.js'
import { describeError } from '../src/errors.js'
import { thrownBy } from './helpers/thrown-by.js'

const SETTINGS = '/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;\n'

function look(text: string): void {
  const path = join(temporaryFolder(), 'shop.dump')
  writeFileSync(path, text)
  checkWhole({ path, from: 'home/e-smith/db/mysql/shop.dump' })
}

it.each([
  [
    'of MySQL 5.0 with its last line',
    '-- MySQL dump 10.11\n',
    '-- Dump completed on 2012-11-18  1:00:05\n',
  ],
  [
    'of MariaDB with its last line',
    '/*M!999999\\- x */ \n-- MariaDB dump 10.19  Distrib\n',
    '-- Dump completed\n',
  ],
  ['of MySQL 4.1, which had no such line', '-- MySQL dump 10.9\n', `${SETTINGS}\n`],
  ['of MySQL 5.0.20, which had no such line', '-- MySQL dump 10.10\n', SETTINGS],
  ['of MySQL 4.0, which restored no settings', '-- MySQL dump 9.11\n', ''],
  ['that some other program wrote', '-- a shop\n', ''],
  ['that is empty', '', ''],
])('takes a dump for whole: one %s', (_what, head, end) => {
  look(`${head}${'INSERT INTO t VALUES (1);\n'.repeat(200)}${end}`)
})

it.each([
  ['of MySQL 5.0', '-- MySQL dump 10.11\n'],
  ['of MySQL 5.0 whose last line alone is gone', `-- MySQL dump 10.11\n${SETTINGS}`],
  ['of MariaDB', '/*M!999999\\- x */ \n-- MariaDB dump 10.19  Distrib\n'],
  ['of MySQL 4.1', '-- MySQL dump 10.9\n'],
])('sees that a dump was cut short: one %s', (_what, head) => {
  const text = "INSERT INTO t VALUES ('-- Dump completed on 2012-11-18');\n".repeat(200)
  expect(describeError(thrownBy(() => look(head + text.slice(0, -30))))).toEqual({
    code: 'DUMP_TRUNCATED',
    message: 'home/e-smith/db/mysql/shop.dump was cut short: its end is missing',
    remedy: 'take it from the old server or its backup again, then run the same command again',
  })
})
