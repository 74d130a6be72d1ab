import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fixtureSource, temporaryFolder, testbed, writeTree } from '@nethserver-migrate/testkit'
import { sambaSecrets, type SambaSecrets } from '../src/source/samba-secrets.js'
import { Source } from '../src/source/source.js'
import { writeTdb } from '../src/source/tdb.js'

const ACME = 'S-1-5-21-1111111111-2222222222-3333333333'

function secretsOf(folder: string): SambaSecrets {
  const secrets = sambaSecrets(Source.open(folder))
  if ('problem' in secrets) throw new Error(secrets.problem)
  return secrets
}

/** A source whose secrets have these records. */
function withSecrets(records: Readonly<Record<string, string>>): string {
  const { source } = testbed()
  const content = Buffer.from(writeTdb(new Map(Object.entries(records))), 'latin1')
  writeTree(source, { 'etc/samba/secrets.tdb': { content } })
  return source
}

const BEGIN = '\x01\x04\0\0\0\0\0\x05\x15\0\0\0'

describe('the secrets of an old Samba', () => {
  it('tell the SID of the domain, whatever the case of its name', () => {
    const secrets = secretsOf(fixtureSource())
    expect([secrets.sidOf('ACME'), secrets.sidOf('Acme'), secrets.sidOf('other')]).toEqual([
      ACME,
      ACME,
      undefined,
    ])
  })

  it('tell numbers that need all of their 32 bits', () => {
    const sid = `${BEGIN}\xff\xff\xff\xff\0\0\0\x80\x01\0\0\0`.padEnd(68, '\0')
    expect(secretsOf(withSecrets({ 'SECRETS/SID/A': sid })).sidOf('A')).toBe(
      'S-1-5-21-4294967295-2147483648-1',
    )
  })

  it.each([
    ['cut short', BEGIN],
    ['of another length', '\x01\x05\0\0\0\0\0\x05\x15\0\0\0'.padEnd(68, '\x01')],
    ['of another authority', '\x01\x04\0\0\0\0\0\x01\x15\0\0\0'.padEnd(68, '\x01')],
    ['of a built-in group', '\x01\x02\0\0\0\0\0\x05\x20\0\0\0'.padEnd(68, '\0')],
    ['empty', ''],
  ])('have no SID of a domain in one that is %s', (_what, data) => {
    expect(secretsOf(withSecrets({ 'SECRETS/SID/A': data })).sidOf('A')).toBeUndefined()
  })

  it('can give the domain the SID of the server, and keep all else', () => {
    const content = secretsOf(fixtureSource()).withSidOf('Office', 'acme')
    const file = join(temporaryFolder(), 'secrets.tdb')
    writeFileSync(file, content, 'latin1')
    const shown = (key: string) =>
      execFileSync('tdbtool', [file, 'show', key], { encoding: 'utf8' })
    expect(shown('SECRETS/SID/OFFICE').replace('OFFICE', 'ACME').replace('18', '16')).toBe(
      shown('SECRETS/SID/ACME'),
    )
    expect(execFileSync('tdbtool', [file, 'check'], { encoding: 'utf8' })).toContain('4 records')
  })

  it.each([
    ['missing', {}, 'etc/samba/secrets.tdb: cannot read etc/samba/secrets.tdb: no such file or'],
    [
      'a link',
      { 'etc/samba/secrets.tdb': { link: '/etc/shadow' } },
      'etc/samba/secrets.tdb: etc/samba/secrets.tdb leads through a symbolic link',
    ],
    [
      'damaged',
      { 'etc/samba/secrets.tdb': 'TDB' },
      'etc/samba/secrets.tdb: it does not begin like a trivial database',
    ],
  ])('that are %s are a problem that is told', (_what, files, problem) => {
    const { source } = testbed({ source: { files } })
    expect(sambaSecrets(Source.open(source))).toEqual({
      problem: expect.stringContaining(problem) as string,
    })
  })
})
