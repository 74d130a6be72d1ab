import { isIP } from 'node:net'
import { trimBlanks } from '@nethserver-migrate/core'

export interface SmartHost {
  /** A host name or an address, without brackets. */
  readonly name: string
  /** The digits behind it; empty when there are none. */
  readonly port: string
}

/** `host`, `host:port`, `[host]`, `[host]:port`, with blanks around each; nothing for other texts. */
export function parseSmartHost(text: string): SmartHost | undefined {
  const value = trimBlanks(text)
  if (isIP(value)) return { name: value, port: '' }
  const [, bracketed, plain, port = ''] =
    /^(?:\[([^[\]]*)\]|([^[\]:]*))(?::[ \t]*(\d*))?$/.exec(value) ?? []
  const name = trimBlanks(bracketed ?? plain ?? '').replace(/^IPv6:/i, '')
  return isHost(name) ? { name, port } : undefined
}

function isHost(name: string): boolean {
  return isIP(name) > 0 || /^\w[\w-]*(\.\w[\w-]*)*\.?$/.test(name)
}
