import { toText } from '@nethserver-migrate/core'

/** A word of a command that somebody may paste into a shell. */
export function shellWord(bytes: string): string {
  const text = toText(bytes)
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`
}

/** Commands of which each is run only when the one before has succeeded. */
export function inTurn(commands: readonly string[]): string {
  return commands.join(' && ')
}
