import { shellWord } from './shell.js'

/** A virtual host of a NethServer 7. */
export interface VirtualHost {
  readonly name: string
  readonly hosts: readonly string[]
  readonly description: string
  readonly isLocal: boolean
  readonly hasPassword: boolean
  readonly onlyEncrypted: boolean
}

/** Where the pages of a virtual host lie. */
export function rootOf({ name }: VirtualHost): string {
  return `/var/lib/nethserver/vhost/${name}`
}

/** Makes a virtual host; its password, a secret, is for the page of the server manager. */
export function virtualHostCommands(host: VirtualHost): string[] {
  const { name, hosts, description, isLocal, hasPassword, onlyEncrypted } = host
  const enabled = (value: boolean) => (value ? 'enabled' : 'disabled')
  const props: Readonly<Record<string, string>> = {
    Access: isLocal ? 'private' : 'public',
    Description: `${description} [migration]`,
    ForceSslStatus: enabled(onlyEncrypted),
    FtpStatus: 'disabled',
    PasswordStatus: enabled(hasPassword),
    PasswordValue: '',
    ServerNames: hosts.join(','),
    status: 'enabled',
  }
  const words = Object.entries(props).flatMap(([prop, value]) => [prop, shellWord(value)])
  return [`db vhosts set ${name} vhost ${words.join(' ')}`, `signal-event vhost-create ${name}`]
}
