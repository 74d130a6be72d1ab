import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { temporaryFolder } from '@nethserver-migrate/testkit'
import { ImapFlow } from 'imapflow'
import { onTestFinished } from 'vitest'

/** What an IMAP client sees of a folder: the flags of its messages, one string a message. */
export type SeenFolder = readonly string[]

const DOVECOT = '/usr/sbin/dovecot'

/** Why dovecot cannot be started here, if it cannot. */
export function noDovecot(): string | undefined {
  if (process.getuid?.() !== 0) return 'dovecot reads the mail of vmail, which takes root'
  return existsSync(DOVECOT) ? undefined : 'dovecot is not installed (Debian: dovecot-imapd)'
}

export interface ImapServerOptions {
  /** Whether a log-in takes TLS, with a certificate of the server's own; the default is no. */
  readonly tls?: boolean
  /** `NAME:PASSWORD:::::` as bytes, one a line; without it everybody has the password `secret`. */
  readonly passwd?: string
}

/** Starts a dovecot of its own over a tree of mailboxes, as a NethServer has it configured. */
export async function startImapServer(
  vmail: string,
  { tls = false, passwd }: ImapServerOptions = {},
) {
  const folder = temporaryFolder()
  chmodSync(folder, 0o711)
  mkdirSync(join(folder, 'run'))
  const [port, tlsPort] = [await freePort(), await freePort()]
  if (tls) makeCertificate(folder)
  if (passwd !== undefined) writeFileSync(join(folder, 'passwd'), passwd, 'latin1')
  const configuration = join(folder, 'dovecot.conf')
  writeFileSync(
    configuration,
    `base_dir = ${folder}/run
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
${tls ? `ssl = required\nssl_cert = <${folder}/cert.pem\nssl_key = <${folder}/key.pem` : 'ssl = no\ndisable_plaintext_auth = no'}
first_valid_uid = 1
mail_location = maildir:${vmail}/%u/Maildir
mail_plugins = listescape
passdb {
  ${passwd === undefined ? 'driver = static\n  args = password=secret' : `driver = passwd-file\n  args = scheme=PLAIN ${folder}/passwd`}
}
userdb {
  driver = static
  args = uid=498 gid=498 home=${vmail}/%u
}
service imap-login {
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = ${tls ? tlsPort : 0}
  }
}
namespace inbox {
  inbox = yes
  separator = /
}
`,
  )
  const server = spawn(DOVECOT, ['-F', '-c', configuration], { stdio: 'ignore' })
  const ended = new Promise((resolve) => server.once('exit', resolve))
  onTestFinished(async () => {
    spawnSync('doveadm', ['-c', configuration, 'stop'])
    await ended
  })
  await untilListening(port, () => readFileSync(join(folder, 'log'), 'utf8'))
  return {
    port,
    /** Where a connection begins with TLS, if that is offered. */
    tlsPort,
    /** Logs in, and looks at every folder: as its user sees it. */
    async foldersOf(user: string): Promise<Record<string, SeenFolder>> {
      const client = new ImapFlow({
        host: '127.0.0.1',
        port,
        secure: false,
        auth: { user, pass: 'secret' },
        logger: false,
      })
      await client.connect()
      const folders: Record<string, SeenFolder> = {}
      for (const { path } of await client.list()) {
        await client.mailboxOpen(path, { readOnly: true })
        const messages = await client.fetchAll('1:*', { flags: true }).catch(() => [])
        folders[path] = messages
          .map(({ flags }) =>
            [...(flags ?? [])]
              .filter((flag) => flag !== '\\Recent')
              .sort()
              .join(' '),
          )
          .sort()
      }
      await client.logout()
      return folders
    },
  }
}

function makeCertificate(folder: string): void {
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=old-name'],
      ...['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')],
    ],
    { stdio: 'ignore' },
  )
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function untilListening(port: number, log: () => string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const isOpen = spawnSync('bash', ['-c', `exec 3<>/dev/tcp/127.0.0.1/${port}`]).status === 0
    if (isOpen) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`dovecot does not answer: ${log()}`)
}
