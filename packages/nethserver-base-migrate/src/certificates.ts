import { createPrivateKey, X509Certificate } from 'node:crypto'
import {
  toDisplay,
  type FileResult,
  type MigrateContext,
  type Props,
  type Source,
} from '@nethserver-migrate/core'

/** Where a file lies in the source, and where it belongs. */
interface Place {
  readonly from: string
  readonly to: string
}

export interface Pair {
  readonly key: Place
  readonly certificate: Place
  /** Named by the administrator; otherwise the pair that the old server had signed itself. */
  readonly custom: boolean
}

/** The server certificate, when its key belongs to it. Rule: README.md#certificates */
export async function migrateCertificates(context: MigrateContext): Promise<void> {
  const { source, destination, log } = context
  const modSsl = source.configuration.get('modSSL')
  if (!modSsl)
    return log.info(
      'modSSL is not in the source configuration database: the certificate here stays',
    )

  const { CertificateChainFile: chain = '' } = modSsl.props
  const pair = choosePair(source.hostName, modSsl.props)
  const problem = pairProblem(source, pair)
  if (problem)
    return log.error(`${problem}: not imported, the certificate here stays`, {
      code: 'certificate-not-imported',
      subject: toDisplay(pair.certificate.from),
      remedy: 'Find key and certificate of the old server and install them by hand',
    })

  const keyFile = await copy(pair.key, pair, context)
  const crtFile = await copy(pair.certificate, pair, context)
  // Without both in place pki would name a certificate that no service can use.
  if (keyFile.outcome === 'failed' || crtFile.outcome === 'failed') return

  const pem = {
    from: `home/e-smith/ssl.pem/${source.hostName}.pem`,
    to: '/etc/pki/tls/NSRV.pem',
  }
  const pemFile =
    !pair.custom && source.kind(pem.from) === 'file' ? await copy(pem, pair, context) : undefined
  const chainFile = chain === '' ? undefined : await copyChain(chain, context)
  const pki = await destination.configuration.merge(
    'pki',
    {
      KeyFile: pair.custom ? keyFile.path : '',
      CrtFile: pair.custom ? crtFile.path : '',
      ...(chainFile ? { ChainFile: chainFile.path } : {}),
    },
    { typeWhenNew: 'configuration' },
  )
  const changed = [keyFile, crtFile, pki, ...[pemFile, chainFile].flatMap((file) => file ?? [])]
  await destination.signalEvent('certificate-update', [], { onlyFor: changed })
}

/** What `modSSL` leaves unset falls back to the pair that every old server made for itself. */
export function choosePair(host: string, { key = '', crt = '' }: Props): Pair {
  return {
    key:
      key === ''
        ? { from: `home/e-smith/ssl.key/${host}.key`, to: '/etc/pki/tls/private/NSRV.key' }
        : { from: inSource(key), to: `/etc/pki/tls/private/${fileName(key)}` },
    certificate:
      crt === ''
        ? { from: `home/e-smith/ssl.crt/${host}.crt`, to: '/etc/pki/tls/certs/NSRV.crt' }
        : { from: inSource(crt), to: `/etc/pki/tls/certs/${fileName(crt)}` },
    custom: key !== '' || crt !== '',
  }
}

/** Why a pair cannot be used, or nothing. */
export function pairProblem(source: Source, { key, certificate }: Pair): string | undefined {
  for (const { from } of [key, certificate])
    if (source.kind(from) !== 'file')
      return `${toDisplay(from)} is missing in the source, or no regular file`
  const [keyPath, crtPath] = [toDisplay(key.from), toDisplay(certificate.from)]
  try {
    const parsed = new X509Certificate(Buffer.from(source.read(certificate.from), 'latin1'))
    const privateKey = createPrivateKey(Buffer.from(source.read(key.from), 'latin1'))
    return parsed.checkPrivateKey(privateKey)
      ? undefined
      : `${keyPath} is not the key of ${crtPath}`
  } catch {
    return `${crtPath} or its key ${keyPath} is not in PEM form, or the key has a passphrase`
  }
}

async function copyChain(chain: string, context: MigrateContext): Promise<FileResult | undefined> {
  const place = { from: inSource(chain), to: `/etc/pki/tls/${fileName(chain)}` }
  if (context.source.kind(place.from) === 'file') {
    const copied = await copy(place, { custom: true }, context)
    return copied.outcome === 'failed' ? undefined : copied
  }
  const shown = toDisplay(place.from)
  context.log.error(
    `${shown} is missing in the source, or no regular file: the certificate is imported without its chain`,
    {
      code: 'chain-missing',
      subject: shown,
      remedy: 'Copy the chain file by hand and set ChainFile of pki',
    },
  )
  return undefined
}

/** The default pair takes the place of the one here; a file of its own name never takes another's. */
async function copy(
  { from, to }: Place,
  { custom }: Pick<Pair, 'custom'>,
  { source, destination, log }: MigrateContext,
): Promise<FileResult> {
  const copied = await destination.copyFile({
    from,
    to,
    // Some keep the key in the certificate's file, and NSRV.pem is made that way.
    mode: source.read(from).includes('PRIVATE KEY-----') ? 0o600 : 0o644,
    whenDifferent: custom ? 'put-beside' : 'save-old',
  })
  if (copied.path !== to)
    log.warning(
      `${to} exists at the destination with other content: the old server's is ${copied.path}`,
      {
        code: 'certificate-put-beside',
        subject: to,
        remedy: 'Compare both and remove the one that is not needed',
      },
    )
  return copied
}

function inSource(path: string): string {
  return path.replace(/^\/+/, '')
}

/** Without the characters that a database, or the configuration of a service, cannot hold. */
function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/[|\\\x00-\x20\x7f]/g, '_')
}
