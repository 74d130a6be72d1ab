import { X509Certificate } from 'node:crypto'
import { toDisplay, type Bytes, type CheckContext, type CheckNote } from '@nethserver-migrate/core'
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
  return problemsWith(certificate, newName(destination)).map(({ problem, ...note }) => ({
    ...note,
    subject,
    message: `the certificate ${subject} ${problem}`,
    remedy: REMEDY,
  }))
}

interface Problem extends Pick<CheckNote, 'severity' | 'code'> {
  /** What goes on after the name of the file. */
  readonly problem: string
}

function problemsWith(certificate: X509Certificate, host: Bytes): Problem[] {
  const problems: Problem[] = []
  const ends = new Date(certificate.validTo)
  const day = ends.toISOString().slice(0, 10)
  const left = ends.getTime() - Date.now()
  if (left < 0)
    problems.push({
      severity: 'high',
      code: 'certificate-expired',
      problem: `is valid until ${day} only: clients refuse it`,
    })
  else if (left < SOON)
    problems.push({
      severity: 'medium',
      code: 'certificate-expires',
      problem: `is valid until ${day} only`,
    })
  const weakness = weaknessOf(certificate)
  if (weakness !== undefined)
    problems.push({ severity: 'medium', code: 'certificate-weak', problem: weakness })
  if (certificate.checkHost(host) === undefined)
    problems.push({
      severity: 'medium',
      code: 'certificate-other-name',
      problem: `does not name the new server, ${toDisplay(host)}: clients that call it so are warned`,
    })
  return problems
}

function newName({ configuration }: CheckContext['destination']): Bytes {
  return `${configuration.type('SystemName') ?? ''}.${configuration.type('DomainName') ?? ''}`
}

function weaknessOf({ publicKey, raw }: X509Certificate): string | undefined {
  const bits = publicKey.asymmetricKeyDetails?.modulusLength
  if (bits !== undefined && bits < WEAK_BITS)
    return `has a key of ${bits} bits, clients of today want ${WEAK_BITS}`
  const signature = WEAK_SIGNATURES.find(([, oid]) => raw.includes(Buffer.from(oid, 'hex')))
  return signature && `is signed with ${signature[0]}, which clients of today refuse`
}
