import type { MigrateContext } from '@nethserver-migrate/core'

/** So many lines are named one by one: more of them point to a file that is broken as a whole. */
const NAMED = 10

/** Lines of the old account files that nothing can be read from. Rule: README.md#passwords */
export function reportBadLines({ source, log }: MigrateContext): void {
  const files = {
    'etc/passwd': source.passwd,
    'etc/shadow': source.shadow,
    'etc/group': source.group,
  }
  for (const [path, file] of Object.entries(files)) {
    const bad = file?.badLines ?? []
    if (bad.length === 0) continue
    const named = bad.slice(0, NAMED).map(({ line, reason }) => `line ${line} (${reason})`)
    const more = bad.length > NAMED ? ` and ${bad.length - NAMED} more` : ''
    log.warning(`${path}: cannot be read, left out: ${named.join(', ')}${more}`, {
      code: 'account-file-bad-lines',
      subject: path,
      remedy: 'Look whether an account that is still needed stands there',
    })
  }
}
