import { afterEach, describe, expect, it, vi } from 'vitest'
import { certificatePair, testbed, type CertificatePair } from '@nethserver-migrate/testkit'
import plugin from '../src/index.js'

/** What the check says of the certificate of an old server. */
async function said({ key, certificate }: CertificatePair) {
  const { findings } = await testbed({
    source: {
      databases: { configuration: 'SystemName=old\nDomainName=example.com\nmodSSL=service\n' },
      files: {
        'home/e-smith/ssl.crt/old.example.com.crt': certificate,
        'home/e-smith/ssl.key/old.example.com.key': key,
      },
    },
    destination: {
      databases: { configuration: 'SystemName=ns\nDomainName=example.com\npki=configuration\n' },
    },
  }).check(plugin)
  return findings
    .filter(({ code }) => code.startsWith('certificate-'))
    .map(({ severity, code }) => `${severity} ${code}`)
}

afterEach(() => void vi.useRealTimers())

describe('the certificate of the old server', () => {
  const good = certificatePair('ns.example.com')

  it('is good when it names the new server, is valid and strong', async () => {
    expect(await said(good)).toEqual([])
  })

  it('has a finding of its own when it has expired', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 400 * 24 * 3600 * 1000 })
    expect(await said(good)).toEqual(['high certificate-expired'])
  })

  it('has one when it expires soon', async () => {
    expect(await said(certificatePair('ns.example.com', { days: 20 }))).toEqual([
      'medium certificate-expires',
    ])
  })

  it.each(['key', 'signature'] as const)('has one when it is weak: %s', async (weak) => {
    expect(await said(certificatePair('ns.example.com', { weak }))).toEqual([
      'medium certificate-weak',
    ])
  })

  it('has one when it names another server', async () => {
    expect(await said(certificatePair('www.example.com'))).toEqual([
      'medium certificate-other-name',
    ])
  })

  it('has one when it is not that of its key', async () => {
    const { key } = certificatePair('ns.example.com')
    expect(await said({ ...good, key })).toEqual(['high certificate-not-imported'])
  })
})
