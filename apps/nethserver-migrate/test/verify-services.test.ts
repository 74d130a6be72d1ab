// The services at the end of a verification, as a user sees them.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { node16 } from '@nethserver-migrate/node16'
import { filesHolding, liveHost, temporaryFolder, testbed } from '@nethserver-migrate/testkit'
import { Ajv } from 'ajv'
import { execa } from 'execa'
import { describe, expect, it, type TestContext } from 'vitest'
import { COMMAND, command } from './helpers/command.js'

const SCHEMA = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../../docs/report.schema.json', import.meta.url)), 'utf8'),
) as object

/** An old mail server. */
const oldServer = () =>
  testbed({
    source: {
      databases: {
        configuration:
          'SystemName=old\nDomainName=example.com\nqpsmtpd=service|access|public|status|enabled\n',
        accounts: 'anna=user\n',
      },
    },
  })

function expectValid(json: string): unknown {
  const report: unknown = JSON.parse(json)
  const validate = new Ajv().compile(SCHEMA)
  validate(report)
  expect(validate.errors).toBeNull()
  return report
}

/** A file with a password on its first line. */
function passwordFile(text: string): string {
  const file = join(temporaryFolder(), 'password')
  writeFileSync(file, text, { mode: 0o600 })
  return file
}

describe('verify of a staged destination', () => {
  it('says once that no service is tested, and lists them in its JSON', async () => {
    const { source, root } = oldServer()
    await command('import', source, '--root', root)
    const { exitCode, stdout } = await command('verify', source, '--root', root)
    expect([exitCode, stdout]).toEqual([
      0,
      `[INFO] verify: services are not tested: nothing runs in a staged destination. Run verify without --root on the server itself, once its queue was replayed\n${source} → ${root}: everything is as the import left it`,
    ])
    const report = expectValid((await command('verify', source, '--root', root, '--json')).stdout)
    expect(report).toHaveProperty('services')
    expect(JSON.stringify(report)).toContain('"kind":"smtp","subject":"SMTP","outcome":"not-done"')
  })

  it('leaves them out with --no-services', async () => {
    const { source, root } = oldServer()
    await command('import', source, '--root', root)
    const flags = ['verify', source, '--root', root, '--no-services']
    expect((await command(...flags)).stdout).toBe(
      `${source} → ${root}: everything is as the import left it`,
    )
    expect(expectValid((await command(...flags, '--json')).stdout)).not.toHaveProperty('services')
  })
})

describe('the test user of verify', () => {
  it.each([
    ['--test-user anna', 'TEST_USER_INCOMPLETE: --test-user and --password-file go together'],
    ['--password-file -', 'TEST_USER_INCOMPLETE: --test-user and --password-file go together'],
    [
      '--test-user anna --password-file -',
      'TEST_PASSWORD_MISSING: there is no password on the first line of standard input',
    ],
    [
      '--test-user anna --password-file /nowhere/password',
      'PASSWORD_UNREADABLE: the password cannot be read from /nowhere/password: ENOENT',
    ],
  ])('is refused with %s', async (flags, words) => {
    const { exitCode, stderr } = await command('verify', '/nowhere', ...flags.split(' '))
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`[ERROR] ${words}`)])
  })

  it('has a password that stands in a file or on standard input, and is shown nowhere', async () => {
    const { source, root } = oldServer()
    await command('import', source, '--root', root)
    const file = passwordFile('PLANTED\nmore\n')
    for (const [from, input] of [
      [file, ''],
      ['-', 'PLANTED\n'],
    ] as const) {
      const flags = ['--root', root, '--test-user', 'anna', '--password-file', from]
      const { exitCode, all } = await execa(
        process.execPath,
        [COMMAND, 'verify', source, ...flags, '--json'],
        { input, all: true, reject: false },
      )
      expect([exitCode, all]).toEqual([0, expect.not.stringContaining('PLANTED')])
    }
    expect(filesHolding(root, 'PLANTED')).toEqual([])
  })
})

describe('verify of a live system', () => {
  /** A live host that has the mail relay and the web server, and its backup imported. */
  function importedHost(context: TestContext) {
    const { source } = oldServer()
    const host = liveHost(context, {
      events: ['nethserver-mail-common-update', 'nethserver-httpd-update'],
      files: {
        'var/lib/nethserver/db/configuration':
          'SystemName=ns\nDomainName=newserver.test\npostfix=service|AccessPolicies||status|enabled\nhttpd=service|status|enabled\nsssd=service|Provider|none|status|disabled\n',
        'var/lib/nethserver/db/domains': '',
        'var/lib/nethserver/db/vhosts': '',
        'var/lib/nethserver/db/proxypass': '',
      },
    })
    writeFileSync(
      join(host.folder, 'bin/rpm'),
      '#!/bin/sh\ncase $3 in nethserver-mail-common | nethserver-httpd) ;; *) exit 1 ;; esac\n',
    )
    const run = (...command: string[]) =>
      // With a network, where ports are free and nobody else answers, and a name of its own.
      host.run([
        ...['timeout', '60', 'unshare', '--net', '--uts', 'sh', '-ec'],
        ...['hostname ns.newserver.test; exec "$@"', 'sh', ...command],
      ])
    const imported = run(node16, COMMAND, 'import', source)
    expect([imported.status, imported.stdout]).toEqual([0, expect.not.stringContaining('ERROR')])
    return { source, run }
  }

  it('asks the services of what is installed, and ends with 0 when all answer', (context) => {
    const { source, run } = importedHost(context)
    const services = fileURLToPath(new URL('helpers/live-services.mjs', import.meta.url))
    const { status, stdout } = run(
      ...[process.execPath, services, node16, COMMAND, 'verify', source],
    )
    if (status === 127) context.skip('no network of its own can be brought up here')
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: `
Services
  passed  web   ns.newserver.test answers 200 OK
  passed  smtp  port 25 greets
${source} → /: everything is as the import left it
`,
    })
  })

  it('says what to do, and ends with 1, when one does not answer', (context) => {
    const { source, run } = importedHost(context)
    const { status, stdout } = run(node16, COMMAND, 'verify', source)
    const lines = stdout.trimEnd().split('\n')
    const look = (service: string) =>
      `Run systemctl status ${service}, and start the service if it does not run; if it runs, its log says more`
    expect([
      status,
      ...lines.map((line) => line.replace(/connect E.*?(?=\. Run|$)/, 'REASON')),
    ]).toEqual([
      1,
      `[ERROR] verify: ns.newserver.test: REASON. ${look('httpd')}`,
      `[ERROR] verify: SMTP: REASON. ${look('postfix')}`,
      '',
      'Services',
      '  failed  web   ns.newserver.test: REASON',
      '  failed  smtp  SMTP: REASON',
      `${source} → /: everything is as the import left it, 2 service tests failed`,
    ])
    expectValid(run(node16, COMMAND, 'verify', source, '--json').stdout)
    expect(run(node16, COMMAND, 'verify', source, '--no-services').status).toBe(0)
  })
})
