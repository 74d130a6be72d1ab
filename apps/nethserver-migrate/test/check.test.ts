// The check before an import, the refusal on a blocker, decisions, and inspect: as a user runs them.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { fixtureSource, manifest, temporaryFolder, writeTree } from '@nethserver-migrate/testkit'
import { command, expectSuccess } from './helpers/command.js'

interface Found {
  readonly status: string
  readonly findings: readonly { severity: string; code: string; subject: string; remedy: string }[]
}

const schema = (name: string) =>
  new Ajv2020().compile(
    JSON.parse(
      readFileSync(fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url)), 'utf8'),
    ) as object,
  )

async function staged(like: 6 | 7, records = ''): Promise<string> {
  const root = join(temporaryFolder(), 'destination')
  expectSuccess(await command('stage', root, '--like', String(like)))
  appendFileSync(join(root, 'var/lib/nethserver/db/configuration'), records)
  return root
}

/** A backup with these records and files. */
function backup(accounts: string, files: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder()
  writeTree(folder, {
    'home/e-smith/db/configuration':
      'SystemName=old\nDomainName=example.com\nqpsmtpd=service|status|enabled\nsmb=service|ServerRole|PDC|status|enabled\nspamassassin=service|status|enabled\n',
    'home/e-smith/db/accounts': accounts,
    ...files,
  })
  return folder
}

async function check(source: string, root: string, ...more: string[]): Promise<Found> {
  const { stdout } = await command('check', source, '--root', root, '--json', ...more)
  const found = JSON.parse(stdout) as Found
  const validate = schema('check.schema.json')
  validate(found)
  expect(validate.errors).toBeNull()
  return found
}

const USER = 'FirstName|A|LastName|B|EmailForward|local|PasswordSet|yes'
const wrongBackup = () =>
  backup(
    [
      `anna=user|${USER}|Uid|5000`,
      `averyveryveryveryveryverylongname=user|${USER}|Uid|5001`,
      `0bad=user|${USER}|Uid|5002`,
      `guest=user|${USER}|Uid|5003`,
      'team=group|Members|anna,nobody-knows|Gid|5004',
      'lost=pseudonym|Account|nobody-knows',
      'loop-a=pseudonym|Account|loop-b',
      'loop-b=pseudonym|Account|loop-a',
      'anna@example.com=pseudonym|Account|team',
      'A-Share!=ibay|Group|team|UserAccess|wr-group-rd-group|PublicAccess|none',
      'brokenline',
      '',
    ].join('\n'),
    {
      'home/e-smith/db/domains': 'example.com=domain\nnewserver.test=domain\n',
      'home/e-smith/db/spamassassin': 'wbl.global=spamassassin|b*d@example.com|Black\n',
      'home/e-smith/files/users/anna/Maildir/.Old\\Mail/cur/1': 'a message',
      'etc/e-smith/templates-custom/etc/hosts/90local': 'a template',
      'etc/passwd': 'anna:x:5000:5000::/home/anna:/bin/bash\n',
      'etc/shadow': 'anna:$6$abc$def:1:0:9:7:::\n',
      'etc/group': 'team:x:5004:anna\n',
    },
  )
const rightBackup = () =>
  backup(`anna=user|${USER}|Uid|5000\nteam=group|Members|anna|Gid|5004\n`, {
    'home/e-smith/db/domains': 'example.com=domain\n',
    'home/e-smith/files/users/anna/Maildir/cur/1': 'a message',
    'etc/passwd': 'anna:x:5000:5000::/home/anna:/bin/bash\n',
    'etc/shadow': 'anna:$6$abc$def:1:0:9:7:::\n',
    'etc/group': 'team:x:5004:anna\n',
  })

/** Checks that a plan of the real plugins makes, each with its weight. */
const PLANNED = [
  'high accounts-provider-unsuited',
  'info folder-renamed',
  'high account-name-invalid',
  'high ibay-name',
  'medium custom-templates',
  'medium group-members-unknown',
  'medium pseudonym-to-postmaster',
  'medium record-malformed',
  'medium reserved-account',
  'medium spam-rule-skipped',
]

describe('a check with all plugins', () => {
  const linesOf = ({ findings }: Found) => [
    ...new Set(findings.map(({ severity, code }) => `${severity} ${code}`)),
  ]

  it('weighs what a plan says of a source with much wrong', async () => {
    expect(linesOf(await check(wrongBackup(), await staged(7)))).toEqual(
      expect.arrayContaining(PLANNED),
    )
  })

  it('says none of that of a source with nothing wrong, but for the Samba role', async () => {
    const lines = linesOf(await check(rightBackup(), await staged(7)))
    expect(PLANNED.filter((line) => lines.includes(line))).toEqual([
      'high accounts-provider-unsuited',
    ])
  })
})

describe('a blocker', () => {
  const withoutProvider = 'sssd=service|Provider|none|status|disabled\n'

  it('is found, with exit code 3', async () => {
    const root = await staged(7, withoutProvider)
    const { exitCode, stdout } = await command('check', rightBackup(), '--root', root)
    expect([exitCode, stdout]).toEqual([3, expect.stringContaining('no-accounts-provider')])
    expect(stdout.trim().split('\n').slice(-2)[0]).toMatch(/: an import would be refused$/)
  })

  it('keeps an import from beginning: nothing is touched, code and remedy are named', async () => {
    const root = await staged(7, withoutProvider)
    const source = backup(`anna=user|${USER}|Uid|5000\n`)
    const before = [manifest(root), manifest(source)]
    const { exitCode, stdout, stderr } = await command('import', source, '--root', root)
    expect(exitCode).toBe(3)
    expect(stdout).toContain('Choose and configure an accounts provider')
    expect(stderr).toContain(
      '[ERROR] CHECK_BLOCKED: the import is refused, nothing was touched: no-accounts-provider. mend this, or import all the same with --accept no-accounts-provider',
    )
    expect([manifest(root), manifest(source)]).toEqual(before)
    const json = await command('import', source, '--root', root, '--json')
    expect([json.exitCode, JSON.parse(json.stdout)]).toEqual([
      3,
      expect.objectContaining({
        status: 'failed',
        findings: [
          expect.objectContaining({ code: 'CHECK_BLOCKED' }),
          expect.objectContaining({ code: 'no-accounts-provider' }),
        ],
      }),
    ])
  })

  it('that is accepted keeps nothing back, and the report says who accepted it', async () => {
    const root = await staged(7, withoutProvider)
    const source = backup(`anna=user|${USER}|Uid|5000\n`)
    const { exitCode, stdout } = await command(
      ...['import', source, '--root', root, '--accept', 'no-accounts-provider', '--json'],
    )
    expect(exitCode).toBe(1)
    expect((JSON.parse(stdout) as Found).findings.map(({ code }) => code)).toContain(
      'blocker-accepted',
    )
  })
})

describe('decisions', () => {
  it('are written by a check, kept by the next one, and read by plan and import', async () => {
    const root = await staged(7)
    const source = backup(
      'shop=ibay|Name|Shop|Group|shared|UserAccess|wr-group-rd-group|PublicAccess|global\n',
      { 'home/e-smith/files/ibays/shop/html/index.html': 'hello' },
    )
    const file = join(temporaryFolder(), 'decisions.yml')
    const flags = ['--root', root, '--decisions', file]
    expect((await command('check', source, ...flags)).exitCode).toBeLessThan(2)
    const written = readFileSync(file, 'utf8')
    expect(written).toContain('    shop: later\n')
    writeFileSync(file, written.replace('shop: later', 'shop: share # nobody looked at it'))
    await command('check', source, ...flags)
    expect(readFileSync(file, 'utf8')).toContain('shop: share # nobody looked at it')
    const codes = async (name: string) =>
      (JSON.parse((await command(name, source, ...flags, '--json')).stdout) as Found).findings.map(
        ({ code }) => code,
      )
    for (const name of ['plan', 'import']) {
      const found = await codes(name)
      expect(found).toContain('ibay-stays-share')
      expect(found).not.toContain('ibay-web-access')
    }
  })

  it('say what becomes of files whose name is taken, unless an option says it', async () => {
    const source = () =>
      backup('shop=ibay|Name|Shop|Group|shared|UserAccess|wr-group-rd-group|PublicAccess|none\n', {
        'home/e-smith/files/ibays/shop/files/plan': 'old',
      })
    const file = join(temporaryFolder(), 'decisions.yml')
    writeFileSync(file, 'source: old.example.com\nonConflict: skip\n')
    const codes = async (name: string, ...more: string[]) => {
      const root = await staged(7)
      writeTree(root, { 'var/lib/nethserver/ibay/shop/files/plan': 'new' })
      const args = [name, source(), '--root', root, '--decisions', file, '--json', ...more]
      return (JSON.parse((await command(...args)).stdout) as Found).findings
        .map(({ code }) => code)
        .filter((code) => /^(exists|decision)-/.test(code))
    }
    expect(await codes('plan')).toEqual(['exists-skipped'])
    expect(await codes('plan', '--on-conflict', 'skip')).toEqual(['exists-skipped'])
    const overruled = ['decision-overruled', 'exists-kept-both']
    expect(await codes('plan', '--on-conflict', 'keep-both')).toEqual(overruled)
    expect(await codes('import', '--on-conflict', 'keep-both')).toEqual(overruled)
  })

  it('that are not understood are refused with file and line', async () => {
    const root = await staged(7)
    const file = join(temporaryFolder(), 'decisions.yml')
    writeFileSync(file, 'source: old.example.com\nansers:\n')
    for (const name of ['check', 'plan', 'import']) {
      const run = await command(name, rightBackup(), '--root', root, '--decisions', file)
      expect([run.exitCode, run.stderr]).toEqual([
        2,
        expect.stringContaining(`${file}, line 2: ansers is no part of a file of decisions`),
      ])
    }
    expect(existsSync(join(root, 'var/lib/nethserver/migration/journal.jsonl'))).toBe(false)
  })

  it('that are missing are asked for', async () => {
    const root = await staged(7)
    const run = await command('plan', rightBackup(), '--root', root, '--decisions', '/nowhere.yml')
    expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining('DECISIONS_MISSING')])
  })
})

describe('inspect', () => {
  it('says what is on the old server, as its schema says', async () => {
    const root = await staged(6)
    const run = await command('inspect', fixtureSource(), '--root', root, '--json')
    expectSuccess(run)
    const found = JSON.parse(run.stdout) as {
      users: { name: string; mail: { files: number } }[]
      features: { plugin: string; evidence: string }[]
      install: string | null
    }
    const validate = schema('inspect.schema.json')
    validate(found)
    expect(validate.errors).toBeNull()
    expect(found.users.find(({ name }) => name === 'mrossi')?.mail.files).toBe(26)
    expect(found.features.filter(({ evidence }) => evidence === '')).toEqual([])
    expect(found.install).toBeNull()
  })

  it('names the command that installs what is missing', async () => {
    const root = join(temporaryFolder(), 'destination')
    mkdirSync(root)
    await command('stage', root, '--packages', 'nethserver-base')
    const { exitCode, stdout, stderr } = await command(
      'inspect',
      rightBackup(),
      '--root',
      root,
      '--quick',
    )
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/Install what is missing:\n {2}yum install .*nethserver-mail-server/)
  })
})
