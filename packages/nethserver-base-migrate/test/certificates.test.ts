import {
  certificatePair,
  inOldForm,
  testbed,
  type TestbedOptions,
  type Tree,
} from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'

const old = certificatePair('old.example.com')
const bought = certificatePair('www.example.com')
const here = certificatePair('ns.newserver.test')
const CHAIN = certificatePair('ca.example.com').certificate

const SIGNED_ITSELF: Tree = {
  'home/e-smith/ssl.key/old.example.com.key': { content: old.key, mode: 0o640 },
  'home/e-smith/ssl.crt/old.example.com.crt': { content: old.certificate, mode: 0o600 },
}
const BOUGHT: Tree = {
  'home/e-smith/ssl.key/www.key': bought.key,
  'home/e-smith/ssl.crt/www.crt': bought.certificate,
}
const NAMES_BOUGHT = 'key|/home/e-smith/ssl.key/www.key|crt|/home/e-smith/ssl.crt/www.crt'

function withModSsl(props: string, files: Tree, destination: TestbedOptions['destination'] = {}) {
  const configuration = `SystemName=old\nDomainName=example.com\nmodSSL=service|TCPPort|443|${props}access|public|status|enabled\n`
  return testbed({ source: { databases: { configuration, networks: '' }, files }, destination })
}

type Bed = ReturnType<typeof testbed>

/** `mode path` of all files below /etc/pki. */
function pkiFiles(t: Bed): string[] {
  return t
    .manifest('etc')
    .filter((line) => line.startsWith('f') && line.includes(' pki/'))
    .map((line) => line.replace(/^f (\S+) \S+ (\S+) = .*$/, '$1 $2'))
}

/** The three props that say which certificate is used. */
function used(t: Bed) {
  const [, ...fields] = (t.record('configuration', 'pki') ?? '').split('|')
  const prop = (name: string) => fields[fields.indexOf(name) + 1]
  return { key: prop('KeyFile'), certificate: prop('CrtFile'), chain: prop('ChainFile') }
}

const NOTHING_NAMED = { key: '', certificate: '', chain: '' }

describe('the pair that the old server signed itself', () => {
  it.each([6, 7] as const)('becomes the default pair of a NethServer %s', async (like) => {
    const t = testbed({
      like,
      source: {
        databases: {
          configuration: 'SystemName=old\nDomainName=example.com\nmodSSL=service|TCPPort|443\n',
          networks: '',
        },
        files: SIGNED_ITSELF,
      },
    })
    const before = t.record('configuration', 'pki')
    await t.run(plugin)
    expect(pkiFiles(t)).toEqual(['0644 pki/tls/certs/NSRV.crt', '0600 pki/tls/private/NSRV.key'])
    expect(t.file('etc/pki/tls/private/NSRV.key')).toBe(old.key)
    expect(t.file('etc/pki/tls/certs/NSRV.crt')).toBe(old.certificate)
    expect(t.record('configuration', 'pki')).toBe(before)
    expect(t.events()).toEqual(['password-policy-update', 'certificate-update'])
  })

  it('is taken when crt and key are set, but empty', async () => {
    const t = withModSsl('crt||key||', SIGNED_ITSELF)
    await t.run(plugin)
    expect(t.file('etc/pki/tls/certs/NSRV.crt')).toBe(old.certificate)
    expect(used(t)).toEqual(NOTHING_NAMED)
  })

  it('brings its pem file along, as private as the key', async () => {
    const pem = old.key + old.certificate
    const t = withModSsl('', { ...SIGNED_ITSELF, 'home/e-smith/ssl.pem/old.example.com.pem': pem })
    await t.run(plugin)
    expect(pkiFiles(t)).toContain('0600 pki/tls/NSRV.pem')
    expect(t.file('etc/pki/tls/NSRV.pem')).toBe(pem)
  })

  it('replaces the default pair here, which is saved beside', async () => {
    const t = withModSsl('', SIGNED_ITSELF, {
      files: {
        'etc/pki/tls/private/NSRV.key': { content: here.key, mode: 0o640 },
        'etc/pki/tls/certs/NSRV.crt': { content: here.certificate, mode: 0o444 },
      },
    })
    await t.run(plugin)
    expect(pkiFiles(t)).toEqual([
      '0444 pki/tls/certs/NSRV.crt',
      '0444 pki/tls/certs/NSRV.crt.before-migration',
      '0640 pki/tls/private/NSRV.key',
      '0640 pki/tls/private/NSRV.key.before-migration',
    ])
    expect(t.file('etc/pki/tls/certs/NSRV.crt')).toBe(old.certificate)
    expect(t.file('etc/pki/tls/certs/NSRV.crt.before-migration')).toBe(here.certificate)
    expect(t.file('etc/pki/tls/private/NSRV.key.before-migration')).toBe(here.key)
  })

  it('takes the place of a pair that pki names', async () => {
    const t = withModSsl('', SIGNED_ITSELF, {
      databases: {
        configuration: 'pki=configuration|ChainFile||CrtFile|/a.crt|KeyFile|/a.key\n',
      },
    })
    await t.run(plugin)
    expect(t.record('configuration', 'pki')).toBe('pki=configuration|ChainFile||CrtFile||KeyFile|')
  })

  it('has the name of the source, not of the destination', async () => {
    const t = withModSsl('', {
      'home/e-smith/ssl.key/ns.newserver.test.key': here.key,
      'home/e-smith/ssl.crt/ns.newserver.test.crt': here.certificate,
    })
    const { said } = await t.run(plugin)
    expect(said).toContain(
      'error certificate-not-imported home/e-smith/ssl.crt/old.example.com.crt',
    )
  })
})

describe('a pair of its own name', () => {
  it('keeps its file names, and pki names it', async () => {
    const t = withModSsl(`${NAMES_BOUGHT}|`, BOUGHT)
    await t.run(plugin)
    expect(pkiFiles(t)).toEqual(['0644 pki/tls/certs/www.crt', '0600 pki/tls/private/www.key'])
    expect(t.file('etc/pki/tls/certs/www.crt')).toBe(bought.certificate)
    expect(t.file('etc/pki/tls/private/www.key')).toBe(bought.key)
    expect(used(t)).toEqual({
      key: '/etc/pki/tls/private/www.key',
      certificate: '/etc/pki/tls/certs/www.crt',
      chain: '',
    })
    expect(t.events()).toEqual(['password-policy-update', 'certificate-update'])
  })

  it('leaves the pem file of the default pair in the source', async () => {
    const t = withModSsl(`${NAMES_BOUGHT}|`, {
      ...BOUGHT,
      'home/e-smith/ssl.pem/old.example.com.pem': old.key + old.certificate,
    })
    await t.run(plugin)
    expect(pkiFiles(t)).toEqual(['0644 pki/tls/certs/www.crt', '0600 pki/tls/private/www.key'])
  })

  it('falls back to the default key when only crt is set', async () => {
    const t = withModSsl('crt|/home/e-smith/ssl.crt/signed.crt|', {
      ...SIGNED_ITSELF,
      'home/e-smith/ssl.crt/signed.crt': old.certificate,
    })
    await t.run(plugin)
    expect(used(t)).toEqual({
      key: '/etc/pki/tls/private/NSRV.key',
      certificate: '/etc/pki/tls/certs/signed.crt',
      chain: '',
    })
  })

  it('falls back to the default certificate when only key is set', async () => {
    const t = withModSsl('key|/home/e-smith/ssl.key/other.key|', {
      ...SIGNED_ITSELF,
      'home/e-smith/ssl.key/other.key': old.key,
    })
    await t.run(plugin)
    expect(used(t)).toEqual({
      key: '/etc/pki/tls/private/other.key',
      certificate: '/etc/pki/tls/certs/NSRV.crt',
      chain: '',
    })
  })

  it('never takes the place of another file: both are kept, with a warning', async () => {
    const t = withModSsl(`${NAMES_BOUGHT}|`, BOUGHT, {
      files: {
        'etc/pki/tls/certs/www.crt': here.certificate,
        'etc/pki/tls/private/www.key': here.key,
      },
    })
    const { said } = await t.run(plugin)
    expect(t.file('etc/pki/tls/certs/www.crt')).toBe(here.certificate)
    expect(t.file('etc/pki/tls/private/www.key')).toBe(here.key)
    expect(used(t)).toEqual({
      key: '/etc/pki/tls/private/www.key.migrated',
      certificate: '/etc/pki/tls/certs/www.crt.migrated',
      chain: '',
    })
    expect(t.file('etc/pki/tls/certs/www.crt.migrated')).toBe(bought.certificate)
    expect(said).toEqual(
      expect.arrayContaining([
        'warning certificate-put-beside /etc/pki/tls/private/www.key',
        'warning certificate-put-beside /etc/pki/tls/certs/www.crt',
      ]),
    )
  })

  it('is used as it lies when the destination has the same files already', async () => {
    const t = withModSsl(`${NAMES_BOUGHT}|`, BOUGHT, {
      files: {
        'etc/pki/tls/certs/www.crt': bought.certificate,
        'etc/pki/tls/private/www.key': { content: bought.key, mode: 0o640 },
      },
    })
    await t.run(plugin)
    expect(pkiFiles(t)).toEqual(['0644 pki/tls/certs/www.crt', '0640 pki/tls/private/www.key'])
    expect(used(t).certificate).toBe('/etc/pki/tls/certs/www.crt')
  })

  it('that stands with its key in one file is as private as the key', async () => {
    const t = withModSsl('key|/home/e-smith/both.pem|crt|/home/e-smith/both.pem|', {
      'home/e-smith/both.pem': bought.key + bought.certificate,
    })
    await t.run(plugin)
    expect(pkiFiles(t)).toEqual(['0600 pki/tls/certs/both.pem', '0600 pki/tls/private/both.pem'])
  })

  it('may have a key in the form of its time', async () => {
    const t = withModSsl(`${NAMES_BOUGHT}|`, {
      ...BOUGHT,
      'home/e-smith/ssl.key/www.key': inOldForm(bought.key),
    })
    await t.run(plugin)
    expect(used(t).key).toBe('/etc/pki/tls/private/www.key')
  })

  it('loses what a database or a service cannot hold from its file name', async () => {
    const t = withModSsl(
      String.raw`key|/home/e-smith/ssl.key/www.key|crt|/home/e-smith/ssl.crt/w\|w w.crt|`,
      { ...BOUGHT, 'home/e-smith/ssl.crt/w|w w.crt': bought.certificate },
    )
    await t.run(plugin)
    expect(used(t).certificate).toBe('/etc/pki/tls/certs/w_w_w.crt')
    expect(t.file('etc/pki/tls/certs/w_w_w.crt')).toBe(bought.certificate)
  })
})

describe('a pair that cannot be used', () => {
  const problems: [title: string, files: Tree][] = [
    [
      'whose key does not belong to its certificate',
      { 'a.key': old.key, 'a.crt': bought.certificate },
    ],
    ['without a key', { 'a.crt': bought.certificate }],
    ['without a certificate', { 'a.key': bought.key }],
    ['that is no PEM', { 'a.key': 'no key', 'a.crt': 'no certificate' }],
    ['whose key is empty', { 'a.key': '', 'a.crt': bought.certificate }],
    [
      'whose key is a link',
      { 'b.key': bought.key, 'a.key': { link: 'b.key' }, 'a.crt': bought.certificate },
    ],
  ]
  it.each(problems)('is not imported: one %s', async (_title, files) => {
    const t = withModSsl('key|/a.key|crt|/a.crt|', files, {
      files: { 'etc/pki/tls/certs/NSRV.crt': here.certificate },
    })
    const before = t.record('configuration', 'pki')
    const { said, report } = await t.run(plugin)
    expect(said).toContain('error certificate-not-imported a.crt')
    expect(report.actions[0]?.outcome).toBe('failed')
    expect(pkiFiles(t)).toEqual(['0644 pki/tls/certs/NSRV.crt'])
    expect(t.file('etc/pki/tls/certs/NSRV.crt')).toBe(here.certificate)
    expect(t.record('configuration', 'pki')).toBe(before)
    expect(t.events()).toEqual(['password-policy-update'])
  })

  it('is not imported: one whose key has a passphrase', async () => {
    const locked = certificatePair('locked.example.com', { passphrase: 'open sesame' })
    const t = withModSsl('key|/a.key|crt|/a.crt|', {
      'a.key': locked.key,
      'a.crt': locked.certificate,
    })
    expect((await t.run(plugin)).messages.join('\n')).toContain('the key has a passphrase')
    expect(pkiFiles(t)).toEqual([])
  })

  it.each(['/home/../../outside.crt', '/..', 'relative.crt'])(
    'is not imported from outside of the source: %s',
    async (crt) => {
      const t = withModSsl(`key|/a.key|crt|${crt}|`, { 'a.key': bought.key })
      expect((await t.run(plugin)).said).toContain(
        `error certificate-not-imported ${crt.replace(/^\//, '')}`,
      )
      expect(pkiFiles(t)).toEqual([])
    },
  )

  it('leads nowhere else when the old host name does', async () => {
    const t = testbed({
      source: {
        databases: {
          configuration: 'SystemName=../../../etc/pki\nDomainName=x\nmodSSL=service|crt|\n',
          networks: '',
        },
      },
    })
    expect((await t.run(plugin)).said).toEqual([
      'error certificate-not-imported home/e-smith/ssl.crt/../../../etc/pki.x.crt',
      'warning root-home-missing root',
    ])
  })

  it('does not keep networks and files of root from being imported', async () => {
    const t = testbed({
      source: {
        databases: {
          configuration: 'SystemName=old\nDomainName=example.com\nmodSSL=service|crt|\n',
          networks: '10.0.0.0=network|Mask|255.0.0.0\n',
        },
        files: { 'root/notes': 'n' },
      },
    })
    await t.run(plugin)
    expect(t.record('networks', '10.0.0.0')).toBe('10.0.0.0=network|Mask|255.0.0.0')
    expect(t.file('root/notes')).toBe('n')
  })
})

describe('the chain', () => {
  const NAMES_CHAIN = 'CertificateChainFile|/home/e-smith/ssl.crt/chain.pem|'

  it('is copied, and pki names it', async () => {
    const t = withModSsl(NAMES_CHAIN, {
      ...SIGNED_ITSELF,
      'home/e-smith/ssl.crt/chain.pem': CHAIN,
    })
    await t.run(plugin)
    expect(pkiFiles(t)).toContain('0644 pki/tls/chain.pem')
    expect(t.file('etc/pki/tls/chain.pem')).toBe(CHAIN)
    expect(used(t)).toEqual({ key: '', certificate: '', chain: '/etc/pki/tls/chain.pem' })
  })

  it('of the destination stays when the source has none', async () => {
    const t = withModSsl('', SIGNED_ITSELF, {
      databases: { configuration: 'pki=configuration|ChainFile|/etc/my-chain.pem\n' },
    })
    await t.run(plugin)
    expect(used(t).chain).toBe('/etc/my-chain.pem')
  })

  it('that is missing is an error, and the certificate is imported without it', async () => {
    const t = withModSsl(NAMES_CHAIN, SIGNED_ITSELF)
    const { said } = await t.run(plugin)
    expect(said).toContain('error chain-missing home/e-smith/ssl.crt/chain.pem')
    expect(t.file('etc/pki/tls/certs/NSRV.crt')).toBe(old.certificate)
    expect(used(t).chain).toBe('')
  })

  it('never takes the place of another file', async () => {
    const t = withModSsl(
      NAMES_CHAIN,
      { ...SIGNED_ITSELF, 'home/e-smith/ssl.crt/chain.pem': CHAIN },
      { files: { 'etc/pki/tls/chain.pem': 'another' } },
    )
    const { said } = await t.run(plugin)
    expect(t.file('etc/pki/tls/chain.pem')).toBe('another')
    expect(used(t).chain).toBe('/etc/pki/tls/chain.pem.migrated')
    expect(said).toContain('warning certificate-put-beside /etc/pki/tls/chain.pem')
  })
})

describe('certificates', () => {
  it('are left alone when the source has no modSSL', async () => {
    const t = testbed({ source: { databases: { networks: '' }, files: SIGNED_ITSELF } })
    const { messages } = await t.run(plugin)
    expect(messages).toContain(
      'modSSL is not in the source configuration database: the certificate here stays',
    )
    expect(pkiFiles(t)).toEqual([])
  })

  it('are not applied when the destination has them already', async () => {
    const t = withModSsl('', SIGNED_ITSELF, {
      files: {
        'etc/pki/tls/private/NSRV.key': old.key,
        'etc/pki/tls/certs/NSRV.crt': old.certificate,
      },
    })
    await t.run(plugin)
    expect(t.events()).toEqual(['password-policy-update'])
  })

  it('are applied once: a second run changes nothing and signals nothing', async () => {
    const t = withModSsl(`${NAMES_BOUGHT}|CertificateChainFile|/chain.pem|`, {
      ...BOUGHT,
      'chain.pem': CHAIN,
    })
    await t.run(plugin)
    const [files, database] = [t.manifest('etc'), t.databaseText('configuration')]
    const again = await t.run(plugin)
    expect(again.report.counts.done).toBe(0)
    expect(again.report.events).toEqual([])
    expect(t.manifest('etc')).toEqual(files)
    expect(t.databaseText('configuration')).toBe(database)
  })
})
