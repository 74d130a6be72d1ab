import { X509Certificate } from 'node:crypto'
import { toDisplay, type CheckContext, type CheckNote } from '@nethserver-migrate/core'
import { choosePair, pairProblem } from './certificates.js'

const DAY = 24 * 3600 * 1000
/** Sooner than that somebody has to renew it. */
const SOON = 30 * DAY
const WEAK_BITS = 2048
/** Signed with SHA-1 or MD5, by the DER form of the names of these algorithms. */
const WEAK_SIGNATURES: readonly (readonly [name: string, oid: string])[] = [
  ['SHA-1', '06092a864886f70d010105'],
  ['MD5', '06092a864886f70d010104'],
]
const REMEDY =
  'Get a new certificate for the new server, on its page Server certificate, after the import'

/** A certificate that is imported and that clients will not trust. That it is not the key's, the plan says. */
export function certificateNotes(context: CheckContext): CheckNote[] {
  const { source, destination } = context
  const modSsl = source.configuration.get('modSSL')
  if (!modSsl) return []
  const pair = choosePair(source.hostName, modSsl.props)
  if (pairProblem(source, pair)) return []
  const subject = toDisplay(pair.certificate.from)
  const certificate = new X509Certificate(Buffer.from(source.read(pair.certificate.from), 'latin1'))
  const note = (severity: CheckNote['severity'], code: string, problem: string): CheckNote => ({
    severity,
    code,
    subject,
    message: `the certificate ${subject} ${problem}`,
    remedy: REMEDY,
  })
  const ends = new Date(certificate.validTo)
  const day = ends.toISOString().slice(0, 10)
  const left = ends.getTime() - Date.now()
  const weakness = weaknessOf(certificate)
  const name = `${destination.configuration.type('SystemName') ?? ''}.${destination.configuration.type('DomainName') ?? ''}`
  return [
    ...(left < 0
      ? [note('high', 'certificate-expired', `is valid until ${day} only: clients refuse it`)]
      : left < SOON
        ? [note('medium', 'certificate-expires', `is valid until ${day} only`)]
        : []),
    ...(weakness === undefined ? [] : [note('medium', 'certificate-weak', weakness)]),
    ...(certificate.checkHost(name) === undefined
      ? [
          note(
            'medium',
            'certificate-other-name',
            `does not name the new server, ${toDisplay(name)}: clients that call it so are warned`,
          ),
        ]
      : []),
  ]
}

function weaknessOf({ publicKey, raw }: X509Certificate): string | undefined {
  const bits = publicKey.asymmetricKeyDetails?.modulusLength
  if (bits !== undefined && bits < WEAK_BITS)
    return `has a key of ${bits} bits, clients of today want ${WEAK_BITS}`
  const signature = WEAK_SIGNATURES.find(([, oid]) => raw.includes(Buffer.from(oid, 'hex')))
  return signature && `is signed with ${signature[0]}, which clients of today refuse`
}
