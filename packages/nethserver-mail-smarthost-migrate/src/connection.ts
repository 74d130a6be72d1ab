import { trimBlanks, type Log, type Props } from '@nethserver-migrate/core'
import type { SmartHost } from './parse-smart-host.js'

export interface Connection {
  readonly port: string
  readonly tls: boolean
}

/** The port to send to, and whether with TLS. Rule: README.md#port-and-tls */
export function connectionTo(
  host: SmartHost,
  { PeerPort = '' }: Props,
  hasLogin: boolean,
  log: Log,
): Connection {
  const warn = warningsAbout(host, log)
  const port = portOf(host, trimBlanks(PeerPort), warn)
  if (port === 465) {
    warn(
      'smarthost-port-465',
      'port 465 of the old server is replaced by 587 with TLS',
      'Send a test message; if it stays in the queue, ask the provider for a port with STARTTLS',
    )
    return { port: '587', tls: true }
  }
  if (hasLogin)
    warn(
      'smarthost-tls-enabled',
      'TLS is enabled, so that the password never travels in clear as it may have done before',
      'Send a test message; if it stays in the queue, ask the provider for a port with STARTTLS',
    )
  return { port: String(port), tls: hasLogin }
}

type Warn = ReturnType<typeof warningsAbout>

function warningsAbout({ name }: SmartHost, log: Log) {
  return (code: string, message: string, remedy: string) => {
    log.warning(`smart host ${name}: ${message}`, {
      code,
      subject: 'configuration/postfix',
      remedy,
    })
  }
}

function portOf({ port }: SmartHost, peerPort: string, warn: Warn): number {
  if (port !== '' && peerPort !== '' && Number(port) !== Number(peerPort))
    warn(
      'smarthost-two-ports',
      'the port behind its name is taken, not the one of smtp-auth-proxy',
      'Send a test message; if it stays in the queue, change SmartHostPort',
    )
  const asked = port || peerPort || '25'
  if (isPort(asked)) return Number(asked)
  warn(
    'smarthost-port-invalid',
    'its port is no number from 1 to 65535: 25 is taken',
    'Ask the provider which port to use and enter it as SmartHostPort',
  )
  return 25
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535
}
