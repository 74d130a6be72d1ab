import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface CertificatePair {
  readonly key: string
  readonly certificate: string
}

/** A self-signed certificate with its key, in PEM form. */
export function certificatePair(
  host: string,
  {
    passphrase = '',
    days = 365,
    weak = '',
  }: { passphrase?: string; days?: number; weak?: 'key' | 'signature' | '' } = {},
): CertificatePair {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-pair-'))
  try {
    const [keyFile, certificateFile] = [join(folder, 'key'), join(folder, 'crt')]
    openssl([
      ...['req', '-x509'],
      ...(weak === 'key'
        ? ['-newkey', 'rsa:1024']
        : weak === 'signature'
          ? ['-newkey', 'rsa:2048', '-sha1']
          : ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']),
      ...(passphrase ? ['-passout', `pass:${passphrase}`] : ['-nodes']),
      ...[
        '-subj',
        `/CN=${host}`,
        '-days',
        String(days),
        '-keyout',
        keyFile,
        '-out',
        certificateFile,
      ],
    ])
    return {
      key: readFileSync(keyFile, 'utf8'),
      certificate: readFileSync(certificateFile, 'utf8'),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The key as a release of the old server's time would have written it. */
export function inOldForm(key: string): string {
  const parameters = openssl(['ecparam', '-name', 'prime256v1'])
  return parameters + openssl(['ec'], key)
}

function openssl(args: readonly string[], input?: string): string {
  return execFileSync('openssl', args, {
    encoding: 'utf8',
    ...(input === undefined ? {} : { input }),
    stdio: ['pipe', 'pipe', 'ignore'],
  })
}
