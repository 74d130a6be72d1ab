import type { MigrateContext } from '@nethserver-migrate/core'

const AUTHORIZED_KEYS = '.ssh/authorized_keys'

/** Root's files; the keys that open this host stay valid. Rule: README.md#roots-home */
export async function migrateRootHome(context: MigrateContext): Promise<void> {
  const { source, destination, log } = context
  if (source.kind('root') !== 'directory')
    return log.warning(
      'root is missing in the source, or no folder: the files of its root user are not migrated',
      {
        code: 'root-home-missing',
        subject: 'root',
        remedy: 'Extract the whole backup, then run the same command again',
      },
    )

  // .my.cnf holds the password of the old database server: it is read where it lies.
  await destination.transferTree({
    from: 'root',
    to: '/root',
    exclude: ['.my.cnf', AUTHORIZED_KEYS],
  })
  await joinAuthorizedKeys(context)
}

/** Who could log in to either server can log in to the new one. */
async function joinAuthorizedKeys({ source, destination, log }: MigrateContext): Promise<void> {
  const from = `root/${AUTHORIZED_KEYS}`
  const kind = source.kind(from)
  if (kind === 'missing') return
  if (kind !== 'file')
    return log.warning(`${from} in the source is a link, or no file: its keys are not added`, {
      code: 'authorized-keys-no-file',
      subject: from,
      remedy: 'Add the keys that are still needed by hand',
    })

  const to = `/root/${AUTHORIZED_KEYS}`
  const here = destination.readFile(to)
  if (here === undefined) {
    const copied = await destination.copyFile({
      from,
      to,
      mode: 0o600,
      whenDifferent: 'put-beside',
    })
    if (copied.path !== to)
      log.warning(`${to} of the destination is a link, or no file: the old keys are not added`, {
        code: 'authorized-keys-no-file',
        subject: to,
        remedy: `Add by hand what is still needed of ${copied.path}`,
      })
    return
  }
  const { content, unknown } = joinKeys(here, source.read(from))
  if (unknown.length > 0)
    log.warning(`${from}: no key was recognised in ${unknown.join(', ')}, left out`, {
      code: 'authorized-keys-unknown',
      subject: from,
      remedy: 'Look at these lines and add by hand what is still needed',
    })
  if (content !== here) await destination.writeFile({ to, content, mode: 0o600 })
}

/**
 * The lines of the destination as they are, then the old ones whose key it does not have yet: a
 * key that is restricted here must not come back without its restriction.
 */
export function joinKeys(here: string, old: string): { content: string; unknown: string[] } {
  const known = new Set(lines(here).map(keyOf))
  const added: string[] = []
  const unknown: string[] = []
  lines(old).forEach((line, index) => {
    const key = keyOf(line)
    if (key !== undefined && !known.has(key)) added.push(`${line}\n`)
    if (key === undefined && !/^\s*(#|$)/.test(line)) unknown.push(`line ${index + 1}`)
    known.add(key)
  })
  const separator = added.length === 0 || here === '' || here.endsWith('\n') ? '' : '\n'
  return { content: here + separator + added.join(''), unknown }
}

function lines(text: string): string[] {
  return text.split(/\r?\n/)
}

/** The key itself, whatever options stand before it and whatever comment behind it. */
function keyOf(line: string): string | undefined {
  if (/^\s*#/.test(line)) return undefined
  return /(?:^|\s)(?:ssh|ecdsa|sk)-\S+\s+(AAAA[0-9A-Za-z+/=]+)/.exec(line)?.[1]
}
