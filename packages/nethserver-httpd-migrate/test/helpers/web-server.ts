import { testbed, type Testbed, type Tree } from '@nethserver-migrate/testkit'

export interface WebServer {
  readonly like?: 6 | 7
  /** A backup; without one, a source of these records. */
  readonly folder?: string
  readonly configuration?: string
  readonly accounts?: string
  readonly domains?: string
  readonly hosts?: string
  /** User → second field of shadow; without it, the source has no such file. */
  readonly shadow?: Readonly<Record<string, string>>
  /** Shared folders that are begun at the destination. */
  readonly folders?: readonly string[]
  readonly here?: {
    readonly accounts?: string
    readonly databases?: Readonly<Record<string, string>>
    readonly files?: Tree
  }
}

/** An old server with web pages, and a destination whose shared folders are half-made. */
export function webServer(options: WebServer = {}): Testbed {
  const { like = 6, folder, shadow, folders = ['shop'], here = {} } = options
  const { configuration = '', accounts = '', domains = '', hosts = '' } = options
  const lines = Object.entries(shadow ?? {}).map(([user, hash]) => `${user}:${hash}:1:0:9:7:::\n`)
  return testbed({
    like,
    source: {
      ...(folder !== undefined
        ? { folder }
        : {
            databases: {
              configuration: `SystemName=old\nDomainName=example.com\n${configuration}`,
              accounts,
              domains,
              hosts,
            },
          }),
      ...(shadow === undefined ? {} : { files: { 'etc/shadow': lines.join('') } }),
    },
    destination: {
      ...(here.databases ? { databases: here.databases } : {}),
      records: {
        accounts: `${folders.map((name) => `${name}=ibay-migrate|OtherAccess|\n`).join('')}${here.accounts ?? ''}`,
      },
      ...(here.files ? { files: here.files } : {}),
    },
  })
}

/** An ibay; props given as undefined are not set. */
export function ibay(
  name: string,
  props: Readonly<Record<string, string | undefined>> = {},
): string {
  const all: Readonly<Record<string, string | undefined>> = {
    Name: 'A folder',
    PublicAccess: 'none',
    // Others, and so the web server, may read it.
    UserAccess: 'wr-group-rd-everyone',
    ...props,
  }
  const text = Object.entries(all).flatMap(([prop, value]) =>
    value === undefined ? [] : `|${prop}|${value}`,
  )
  return `${name}=ibay${text.join('')}\n`
}
