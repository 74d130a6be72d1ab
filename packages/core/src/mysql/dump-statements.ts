import type { Bytes } from '../files/bytes.js'
import { unquoteName } from './sql-text.js'

/** Of a long statement as much as tells what it is. */
export const BEGINNING = 4096

/** What is to become of a statement of a dump. */
export type StatementUse =
  | { readonly use: 'keep'; readonly object?: 'made' | 'belongs' | 'setting' }
  | { readonly use: 'drop' }
  /** Chooses, makes or describes a database: by name in the dump, without it in the load. */
  | {
      readonly use: 'database'
      readonly name: Bytes
      /** What stands in its place; empty for nothing. */
      readonly instead: Bytes
    }
  | { readonly use: 'refuse' }

const NAME = '(`(?:[^`]|``)*`|[\\w$\\x80-\\xff]+)'
const USE = new RegExp(`^USE ${NAME}$`, 'i')
const CREATE_DATABASE = new RegExp(
  `^CREATE (?:DATABASE|SCHEMA) (?:IF NOT EXISTS )?${NAME}(.*)$`,
  'i',
)
const ALTER_DATABASE = new RegExp('^ALTER (?:DATABASE|SCHEMA) (`(?:[^`]|``)*`) (.*)$', 'i')
const CHARACTER_SET = /CHARACTER SET =? ?\w+(?: COLLATE =? ?\w+)?/i

const QUOTED = /`(?:[^`]|``)*`|'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"/gs
/** Blanks, what frames a part for newer servers only, and comments. */
const BETWEEN_WORDS = /(?:[ \t\r\n\f\v]|\/\*M?!\d*|\*\/|\/\*.*?\*\/|(?:--(?=[ \t\r\n])|#)[^\n]*)+/gs
const PARTS = new RegExp(`(${QUOTED.source})|${BETWEEN_WORDS.source}`, 'gs')

const SETTING = /^SET (?!GLOBAL |PERSIST|PASSWORD|DEFAULT ROLE)/i
const FOR_ALL_SESSIONS = /(?:^SET |, ?)(?:GLOBAL |@@GLOBAL|PERSIST|@@PERSIST|PASSWORD )/i
const OBJECT =
  /^(?:CREATE|DROP) (?:OR REPLACE )?(?:ALGORITHM ?= ?\w+ )?(?:DEFINER ?= ?\S+(?: ?@ ?\S+)? )?(?:SQL SECURITY \w+ )?(?:AGGREGATE )?(?:VIEW|TRIGGER|PROCEDURE|FUNCTION|EVENT)\b/i
const DATA =
  /^(?:(?:CREATE|DROP) (?:TEMPORARY )?TABLE|(?:CREATE|DROP) (?:UNIQUE |FULLTEXT |SPATIAL )?INDEX|ALTER (?:IGNORE )?TABLE|(?:UN)?LOCK TABLES|INSERT|REPLACE|UPDATE|DELETE|TRUNCATE|START TRANSACTION|BEGIN|COMMIT|ROLLBACK)\b/i
/** What stands behind the table or object: names with dots are columns there. */
const BEHIND_TARGET = /\(| (?:VALUES?|SET|AS|SELECT|WHERE|FOR EACH ROW|ON SCHEDULE|COMMENT)\b.*/is

/**
 * Tells what a statement of a dump is by its beginning: what belongs in the dump of one database,
 * and nothing else, is loaded.
 * @param whole whether that is all of it.
 */
export function useOf(beginning: Bytes, whole: boolean): StatementUse {
  const words = beginning
    .replace(PARTS, (_part, quoted: string | undefined) => quoted ?? ' ')
    .trim()
  const bare = words.replace(QUOTED, 'x')
  const [target = ''] = bare.split(BEHIND_TARGET)
  // What is not seen is known only where it is values, columns or a body.
  if (!whole && target === bare) return { use: 'refuse' }
  if (words === '') return { use: 'keep' }
  const named = USE.exec(words) ?? CREATE_DATABASE.exec(words)
  if (named) {
    const [characterSet] = CHARACTER_SET.exec(named[2] ?? '') ?? []
    const instead = characterSet === undefined ? '' : `ALTER DATABASE ${characterSet}`
    return { use: 'database', name: unquoteName(named[1] ?? ''), instead }
  }
  const altered = ALTER_DATABASE.exec(words)
  if (altered)
    return {
      use: 'database',
      name: unquoteName(altered[1] ?? ''),
      instead: `ALTER DATABASE ${altered[2] ?? ''}`,
    }
  if (/^DROP (?:DATABASE|SCHEMA) /i.test(words)) return { use: 'drop' }

  if (SETTING.test(bare) && !FOR_ALL_SESSIONS.test(bare)) return { use: 'keep', object: 'setting' }
  const elsewhere = /[\w$] ?\. ?[\w$]/.test(target)
  if (OBJECT.test(bare) && !/ SONAME /i.test(bare) && !elsewhere)
    return { use: 'keep', object: /^CREATE/i.test(bare) ? 'made' : 'belongs' }
  if (DATA.test(bare) && !elsewhere)
    // Views and what comes later stand in comments for servers that know them.
    return /^\/\*M?!5\d{4}/.test(beginning) ? { use: 'keep', object: 'belongs' } : { use: 'keep' }
  return { use: 'refuse' }
}

/** The words at the beginning of a statement, for a message: no data. */
export function firstWords(beginning: Bytes): Bytes {
  return /^(?:\/\*M?!\d*\s*)?\\?[\w!]*(?:\s+\w+)?/.exec(beginning)?.[0] || beginning.slice(0, 1)
}
