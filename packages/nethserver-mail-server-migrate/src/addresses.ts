import {
  splitNames,
  toDisplay,
  type MigrateContext,
  type RecordTableView,
} from '@nethserver-migrate/core'

/** Who gets the mail of a pseudonym. */
export type Recipient =
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'group'; readonly name: string; readonly members: readonly string[] }
  | { readonly kind: 'postmaster'; readonly why: string; readonly outside?: true }

/** Finds the account at the end of a chain of pseudonyms. Rule: README.md#pseudonyms */
export class Addresses {
  readonly #accounts: RecordTableView
  readonly #destination: MigrateContext['destination']
  /** The domains whose mail the old server took itself. */
  readonly #domains: ReadonlySet<string>
  /** Of the pseudonyms that were followed already. */
  readonly #found = new Map<string, Recipient>()

  constructor({ source, destination }: MigrateContext) {
    this.#accounts = source.accounts
    this.#destination = destination
    this.#domains = new Set([
      source.configuration.type('DomainName') ?? '',
      ...(source.database('domains')?.records('domain') ?? []).map(({ key }) => key),
    ])
  }

  /**
   * Whose mail it is that is sent to an account, group or pseudonym of the source. However long a
   * chain is, each of its links is followed once.
   */
  recipientOf(name: string): Recipient {
    const chain = new Set<string>()
    let current = name
    let found: Recipient | undefined
    while (!found) {
      const key = this.#keyOf(current)
      if (key === undefined || this.#accounts.type(key) !== 'pseudonym')
        found = this.#endOf(current, key)
      else if (chain.has(key)) found = loop([...chain, key])
      else {
        found = this.#found.get(key)
        chain.add(key)
        current = this.#accounts.prop(key, 'Account') ?? ''
      }
    }
    for (const link of chain) this.#found.set(link, found)
    return found
  }

  /** The members of a group that the destination knows. */
  membersOf(group: string): string[] {
    return splitNames(this.#accounts.prop(group, 'Members') ?? '').filter(
      (member) => this.#destination.findUser(member) !== undefined,
    )
  }

  /** Who it is, where that is no pseudonym. */
  #endOf(name: string, key: string | undefined): Recipient {
    const shown = toDisplay(name)
    if (key === undefined) {
      const outside = /[@,]/.test(name)
      return outside
        ? { kind: 'postmaster', why: `${shown} is no single account of this server`, outside: true }
        : {
            kind: 'postmaster',
            why: name === '' ? 'it names no account' : `there is no account ${shown}`,
          }
    }
    switch (this.#accounts.type(key)) {
      case 'user':
        return this.#user(key)
      case 'group':
        return this.#group(key)
      default:
        return { kind: 'postmaster', why: `${shown} is no user and no group` }
    }
  }

  #user(name: string): Recipient {
    const known = this.#destination.findUser(name)
    if (!known)
      return {
        kind: 'postmaster',
        why: `user ${toDisplay(name)} does not exist at the destination`,
      }
    return name === 'admin' || this.#destination.isPersonalId(known.uid)
      ? { kind: 'user', name }
      : {
          kind: 'postmaster',
          why: `${toDisplay(name)} is an account of the system at the destination`,
        }
  }

  #group(name: string): Recipient {
    const members = this.membersOf(name)
    if (!this.#destination.findGroup(name))
      return { kind: 'postmaster', why: `group ${name} does not exist at the destination` }
    // Where an alias lists the members of a group, an empty one would refuse its mail.
    return members.length === 0 && this.#destination.accountsProvider !== 'accounts-database'
      ? { kind: 'postmaster', why: `group ${name} has no members` }
      : { kind: 'group', name, members }
  }

  /** A pseudonym may be named with or without the domain that its key has. */
  #keyOf(name: string): string | undefined {
    if (name !== '' && this.#accounts.get(name)) return name
    const [local = '', domain] = name.split('@')
    if (domain !== undefined)
      return this.#domains.has(domain) && this.#accounts.type(local) === 'pseudonym'
        ? local
        : undefined
    const [found, ...others] = [...this.#domains]
      .map((one) => `${local}@${one}`)
      .filter((key) => this.#accounts.type(key) === 'pseudonym')
    return others.length === 0 ? found : undefined
  }
}

/** Pseudonyms that name each other, in a few words however many they are. */
function loop(chain: readonly string[]): Recipient {
  const links = chain.map(toDisplay)
  const shown = links.length > 8 ? [...links.slice(0, 6), '…', ...links.slice(-1)] : links
  return { kind: 'postmaster', why: `${shown.join(' → ')} is a loop` }
}
