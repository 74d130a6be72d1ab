import { toDisplay, type MigrateContext } from '@nethserver-migrate/core'
import { SAMBA_FILES } from './old-samba.js'

const OLD = `${SAMBA_FILES}/netlogon`
const NEW = '/var/lib/nethserver/netlogon'
const SCRIPT = /\.(bat|cmd|ini|js|kix|ps1|reg|vbs)$/i

/** Scripts that look for the old server, whether they have been moved yet or not. Rule: README.md#files */
export function reportLogonScripts({ source, destination, log }: MigrateContext): void {
  const names = [source.systemName, source.configuration.prop('smb', 'ServerName') ?? '']
  const shares = new RegExp(
    names
      .filter((name) => name !== '')
      .map((name) => `\\\\\\\\${name.replace(/[^\w]/g, '\\$&')}(?![\\w-])`)
      .join('|') || '(?!)',
    'i',
  )
  const texts = new Map<string, string>()
  for (const name of destination.list(NEW))
    texts.set(name, (SCRIPT.test(name) && destination.readFile(`${NEW}/${name}`)) || '')
  for (const name of source.list(OLD))
    if (SCRIPT.test(name) && source.kind(`${OLD}/${name}`) === 'file')
      texts.set(name, source.read(`${OLD}/${name}`))
  const found = [...texts].filter(([, text]) => shares.test(text)).map(([name]) => toDisplay(name))
  if (found.length > 0)
    log.followUp(
      `logon scripts name the old server ${toDisplay(source.systemName)}: ${found.sort().join(', ')}`,
      {
        code: 'logon-scripts-name-old-server',
        subject: NEW,
        remedy: `Look at each in ${NEW} and write the name of the new server`,
      },
    )
}
