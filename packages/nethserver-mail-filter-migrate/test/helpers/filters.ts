import { testbed, type Testbed, type Tree } from '@nethserver-migrate/testkit'

const NAMES = 'SystemName=old\nDomainName=example.com\n'

/** The records of a mail filter, with the props that matter and their defaults. */
export const AMAVISD =
  'amavisd=service|RecipientWhiteList||SenderBlackList||SenderWhiteList||SpamDsnLevel|20|SpamKillLevel|15.0|SpamTag2Level|5.0|SpamTagLevel|2.0|status|enabled'
export const RSPAMD =
  'rspamd=service|RecipientWhiteList||SenderBlackList||SenderWhiteList||SpamGreyLevel||SpamKillLevel|20|SpamTag2Level|6|status|enabled'

export interface OldFilter {
  /** Props of the old spamassassin record; without them there is no such record. */
  readonly settings?: string
  /** Records of the old spamassassin database; without them there is no such database. */
  readonly lists?: string
  readonly files?: Tree
  /** Records of the destination's configuration database. */
  readonly here?: string
  /** The packages that the destination is said to have. */
  readonly packages?: string
}

/** An old server with these settings and lists, in front of a destination with one filter. */
export function oldFilter(old: OldFilter = {}): Testbed {
  const { settings, lists, files = {}, here = AMAVISD, packages } = old
  const record = settings === undefined ? '' : `spamassassin=service|${settings}\n`
  return testbed({
    source: {
      databases: {
        configuration: NAMES + record,
        ...(lists === undefined ? {} : { spamassassin: lists }),
      },
      files,
    },
    destination: {
      databases: { configuration: `${here}\n` },
      files:
        packages === undefined ? {} : { 'var/lib/nethserver/migration/packages': `${packages}\n` },
    },
  })
}

/** Props of the destination's filter, by name. */
export function filterProps(t: Testbed, filter: 'amavisd' | 'rspamd'): Record<string, string> {
  const fields = (t.record('configuration', filter) ?? '').split('|').slice(1)
  return Object.fromEntries(
    fields.flatMap((name, index) => (index % 2 === 0 ? [[name, fields[index + 1] ?? '']] : [])),
  )
}
