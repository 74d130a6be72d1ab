// The tests of services at the end of a verification: each passes, fails with what to do, and ends
// when its time is over.
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import {
  programs,
  recording,
  startMariadb,
  temporaryFolder,
  testbed,
  writeTree,
  type Mariadb,
} from '@nethserver-migrate/testkit'
import type { Plugin } from '../src/plugin/define-plugin.js'
import type { ServiceAsked, ServicePlaces, ServiceTest } from '../src/services/service-test.js'
import { pluginOf } from './helpers/plugin-of.js'

const NAME = 'nethserver-test-migrate'

const stating = (serviceTests: Plugin['serviceTests']): Plugin => ({
  ...pluginOf(() => undefined),
  ...(serviceTests === undefined ? {} : { serviceTests }),
})

/** Asks one service, of a record that the destination may have. */
async function ask(
  asked: ServiceAsked,
  places: Partial<ServicePlaces> = {},
  { like = 7, record = 'service-record' }: { like?: 6 | 7; record?: string } = {},
) {
  const test: ServiceTest = { ...asked, record, unit: 'unit' }
  const bed = testbed({ like })
  const { results, findings } = await bed.testServices(
    stating(() => [test]),
    { places },
  )
  const said = findings.map(({ severity, code, subject }) => `${severity} ${code} ${subject}`)
  return {
    results: results.map(({ outcome, message }) => `${outcome}: ${message}`),
    said,
    remedies: results.map(({ remedy }) => remedy).filter((remedy) => remedy !== ''),
  }
}

const SEE_UNIT = 'Run systemctl status unit, start the service if it does not run, then'
const LOOK =
  'Run systemctl status unit, and start the service if it does not run; if it runs, its log says more'

async function listening(server: Server | HttpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** A server that answers each line as it is told; without a greeting it never says anything. */
async function lineServer(greeting: string, answers: Readonly<Record<string, string>> = {}) {
  const heard: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    if (greeting !== '') socket.write(greeting)
    socket.on('data', (bytes) => {
      for (const line of bytes.toString('latin1').split('\r\n').filter(Boolean)) {
        heard.push(line)
        socket.write(answers[line] ?? '')
      }
    })
    socket.on('error', () => undefined)
  })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
  })
  return { port: await listening(server), heard }
}

/** A port where nobody listens any more. */
async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe('accounts', () => {
  const users = { kind: 'accounts', users: ['anna', 'Bruno', 'carla'] } as const

  it('pass when one getent knows all of them, with or without a domain', async () => {
    const { calls } = programs({
      getent: recording('printf "%s:x:5001:5001:::\\n" anna bruno@example.com carla@example.com'),
    })
    expect(await ask(users)).toEqual({
      results: ['passed: all 3 imported users are known'],
      said: [],
      remedies: [],
    })
    expect(calls().map(({ argv }) => argv)).toEqual([
      ['getent', 'passwd', 'anna', 'Bruno', 'carla'],
    ])
  })

  it('fail when some are unknown, and name them', async () => {
    programs({ getent: recording('echo anna:x:5001:5001:::; exit 2') })
    expect(await ask(users)).toEqual({
      results: ['failed: of 3 imported users 2 are unknown: Bruno, carla'],
      said: ['error service-accounts accounts'],
      remedies: [
        `${SEE_UNIT} look whether getent passwd Bruno finds the account; see in the report of the import what became of it`,
      ],
    })
  })

  it('fail when nobody can be asked; the remedy is that of the generation', async () => {
    programs({ getent: recording('echo "Unknown database"; exit 1') })
    expect(await ask(users, {}, { like: 6 })).toMatchObject({
      results: ['failed: the accounts cannot be looked up: getent: exit status 1 Unknown database'],
      remedies: [expect.stringMatching(/^Run service unit status, /)],
    })
  })

  it('fail when the answer takes too long', async () => {
    programs({ getent: '#!/bin/sh\nexec sleep 60\n' })
    expect(await ask(users, { seconds: 0.2 })).toEqual({
      results: ['failed: accounts: no answer within 0.2 seconds'],
      said: ['error service-accounts accounts'],
      remedies: [LOOK],
    })
  })
})

describe('the LDAP server', () => {
  const directory = { kind: 'directory', uri: 'ldap://127.0.0.1' } as const

  it('passes when it says what it has', async () => {
    const { calls } = programs({
      ldapsearch: recording('echo "dn:"; echo "namingContexts: dc=directory,dc=nh"'),
    })
    expect((await ask(directory)).results).toEqual(['passed: ldap://127.0.0.1 answers'])
    expect(calls()[0]?.argv.join(' ')).toBe(
      'ldapsearch -x -LLL -H ldap://127.0.0.1 -s base -b  namingContexts',
    )
  })

  it('passes when it wants a log-in first', async () => {
    programs({ ldapsearch: recording('exit 48') })
    expect((await ask(directory)).results).toEqual([
      'passed: ldap://127.0.0.1 answers, and wants a log-in',
    ])
  })

  it('fails when it is not there', async () => {
    programs({
      ldapsearch: recording(
        "echo 'ldap_sasl_bind(SIMPLE): Can not contact LDAP server (-1)' >&2; exit 255",
      ),
    })
    expect(await ask(directory)).toEqual({
      results: [
        'failed: ldap://127.0.0.1 does not answer: ldap_sasl_bind(SIMPLE): Can not contact LDAP server (-1)',
      ],
      said: ['error service-directory ldap://127.0.0.1'],
      remedies: [`${SEE_UNIT} ldapsearch -x -H ldap://127.0.0.1 -s base -b ""`],
    })
  })

  it('fails when the answer takes too long', async () => {
    programs({ ldapsearch: '#!/bin/sh\nexec sleep 60\n' })
    expect((await ask(directory, { seconds: 0.2 })).results).toEqual([
      'failed: ldap://127.0.0.1: no answer within 0.2 seconds',
    ])
  })

  it('is not asked where the program is missing', async () => {
    programs({}, { alone: true })
    expect(await ask(directory)).toEqual({
      results: ['not-done: the program ldapsearch is not installed here'],
      said: ['notice service-not-done ldap://127.0.0.1'],
      remedies: ['Run yum install openldap-clients, then verify again'],
    })
  })
})

describe('SMTP', () => {
  it('passes when the server greets, and says goodbye', async () => {
    const { port: smtp, heard } = await lineServer('220-mail.example.com\r\n220 ESMTP\r\n', {
      'EHLO localhost': '250-mail.example.com\r\n250-SIZE 20000000\r\n250 8BITMIME\r\n',
    })
    expect(await ask({ kind: 'smtp' }, { smtp })).toEqual({
      results: [`passed: port ${smtp} greets`],
      said: [],
      remedies: [],
    })
    await expect.poll(() => heard).toEqual(['EHLO localhost', 'QUIT'])
  })

  it.each([
    ['554 no mail here\r\n', {}, 'greets', '554 no mail here'],
    ['220 hello\r\n', { 'EHLO localhost': '502 what?\r\n' }, 'answers EHLO localhost', '502 what?'],
  ])('fails when it answers with %j', async (greeting, answers, how, words) => {
    const { port: smtp } = await lineServer(greeting, answers)
    expect(await ask({ kind: 'smtp' }, { smtp })).toEqual({
      results: [`failed: port ${smtp} ${how} with: ${words}`],
      said: ['error service-smtp SMTP'],
      remedies: ['Run systemctl status unit, and look for the reason in /var/log/maillog'],
    })
  })

  it('fails when nobody listens', async () => {
    const smtp = await closedPort()
    expect(await ask({ kind: 'smtp' }, { smtp })).toEqual({
      results: [`failed: SMTP: connect ECONNREFUSED 127.0.0.1:${smtp}`],
      said: ['error service-smtp SMTP'],
      remedies: [LOOK],
    })
  })

  it('fails when the server hangs up', async () => {
    const server = createServer((socket) => socket.end())
    const smtp = await listening(server)
    expect((await ask({ kind: 'smtp' }, { smtp })).results).toEqual([
      'failed: SMTP: the server hung up',
    ])
  })

  it('fails when the server says nothing', async () => {
    const { port: smtp } = await lineServer('')
    expect((await ask({ kind: 'smtp' }, { smtp, seconds: 0.2 })).results).toEqual([
      'failed: SMTP: no answer within 0.2 seconds',
    ])
  })
})

describe('IMAP', () => {
  // A real log-in: test/service-tests.test.ts of the plugin for the mail server.
  it('fails when nobody listens on either port', async () => {
    const [imap, imaps] = [await closedPort(), await closedPort()]
    const bed = testbed()
    const { results } = await bed.testServices(
      stating(() => [{ kind: 'imap', record: 'dovecot', users: ['anna'] }]),
      { places: { imap, imaps }, testUser: { name: 'anna', password: 'PLANTED' } },
    )
    expect(results).toEqual([
      {
        plugin: NAME,
        kind: 'imap',
        subject: 'anna',
        outcome: 'failed',
        message: `anna: connect ECONNREFUSED 127.0.0.1:${imap}`,
        remedy: LOOK.replace('unit', 'dovecot'),
      },
    ])
  })

  it('fails when the server says nothing, and when it greets with something else', async () => {
    for (const [greeting, message] of [
      ['', 'anna: no answer within 0.2 seconds'],
      ['* BYE too many\r\n', 'port PORT greets with: * BYE too many'],
    ] as const) {
      const { port: imap } = await lineServer(greeting)
      const { results } = await testbed().testServices(
        stating(() => [{ kind: 'imap', record: 'dovecot', users: ['anna'] }]),
        { places: { imap, seconds: 0.2 }, testUser: { name: 'anna', password: 'PLANTED' } },
      )
      expect(results.map((result) => result.message.replace(String(imap), 'PORT'))).toEqual([
        message,
      ])
    }
  })

  it('shows no password, not even one that the server repeats', async () => {
    const { port: imap, heard } = await lineServer('* OK hello\r\n', {
      'a1 CAPABILITY': '* CAPABILITY IMAP4rev1\r\na1 OK done\r\n',
      'a2 LOGIN {4}': '+ go on\r\n',
      'anna {7}': '+ go on\r\n',
      PLANTED: 'a2 NO nobody has PLANTED for a password\r\n',
    })
    const tested = await testbed().testServices(
      stating(() => [{ kind: 'imap', record: 'dovecot', users: ['anna'] }]),
      { places: { imap }, testUser: { name: 'anna', password: 'PLANTED' } },
    )
    expect(heard).toContain('PLANTED')
    expect(tested.results[0]?.message).toBe(
      'the log-in of anna is refused: nobody has *** for a password',
    )
    expect(JSON.stringify(tested)).not.toContain('PLANTED')
  })
})

describe('the web server', () => {
  async function webServer() {
    const server = createHttpServer((request, response) => {
      const { host = '' } = request.headers
      if (host === 'slow.example.com') return
      if (host === 'moved.example.com') response.setHeader('Location', 'https://example.com/')
      const status = { 'closed.example.com': 403, 'moved.example.com': 301, 'bad.example.com': 503 }
      response.statusCode = status[host as keyof typeof status] ?? 200
      response.end('a page'.repeat(100_000))
    })
    const sockets = new Set<Socket>()
    server.on('connection', (socket) => sockets.add(socket))
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy()
    })
    return listening(server)
  }
  const hosts = (...names: string[]) => ({ kind: 'web' as const, hosts: names })

  it('passes for each virtual host that answers, also with a page that is closed', async () => {
    const http = await webServer()
    expect(
      await ask(hosts('example.com', 'closed.example.com', 'moved.example.com'), { http }),
    ).toEqual({
      results: [
        'passed: example.com answers 200 OK',
        'passed: closed.example.com answers 403 Forbidden',
        'passed: moved.example.com answers 301 Moved Permanently, see https://example.com/',
      ],
      said: [],
      remedies: [],
    })
  })

  it('fails for the one that has an error, or takes too long', async () => {
    const http = await webServer()
    expect(
      await ask(hosts('example.com', 'bad.example.com', 'slow.example.com'), {
        http,
        seconds: 0.5,
      }),
    ).toEqual({
      results: [
        'passed: example.com answers 200 OK',
        'failed: bad.example.com answers 503 Service Unavailable',
        'failed: slow.example.com: no answer within 0.5 seconds',
      ],
      said: ['error service-web bad.example.com', 'error service-web slow.example.com'],
      remedies: [
        "Look for the reason in /var/log/httpd/error_log, then try curl -sI -H 'Host: bad.example.com' http://localhost/",
        LOOK,
      ],
    })
  })

  it('fails when nobody listens', async () => {
    const http = await closedPort()
    expect(await ask(hosts('example.com'), { http })).toMatchObject({
      results: [`failed: example.com: connect ECONNREFUSED 127.0.0.1:${http}`],
      remedies: [LOOK],
    })
  })
})

describe('shared folders', () => {
  const shares = { kind: 'shares', shares: ['docs', 'Sales'] } as const
  // As smbclient of Samba 4.17 prints it.
  const listing = (...names: string[]) =>
    recording(
      `printf '%s\\n' ${[
        ...names.map((name) => `Disk|${name}|A comment`),
        'Printer|laser|',
        'IPC|IPC$|IPC Service (Samba 4.17.12-Debian)',
        'SMB1 disabled -- no workgroup available',
      ]
        .map((line) => `'${line}'`)
        .join(' ')}`,
    )

  it('pass when the file server lists all of them, in any case of letters', async () => {
    const { calls } = programs({ smbclient: listing('docs', 'sales', 'other') })
    expect(await ask(shares)).toEqual({
      results: ['passed: all 2 imported shared folders are listed'],
      said: [],
      remedies: [],
    })
    expect(calls().map(({ argv }) => argv.join(' '))).toEqual(['smbclient -L 127.0.0.1 -N -g'])
  })

  it('fail when one is not listed', async () => {
    programs({ smbclient: listing('docs') })
    expect(await ask(shares)).toEqual({
      results: ['failed: of 2 imported shared folders 1 are not listed: Sales'],
      said: ['error service-shares shared folders'],
      remedies: [
        'Run testparm -s to see the shares that are configured, and signal-event ibay-modify Sales to configure one again',
      ],
    })
  })

  it('fail when the file server is not there', async () => {
    programs({
      smbclient: recording(
        'echo "do_connect: Connection to 127.0.0.1 failed (Error NT_STATUS_CONNECTION_REFUSED)"; exit 1',
      ),
    })
    expect(await ask(shares)).toMatchObject({
      results: [
        'failed: the file server does not list its shares: do_connect: Connection to 127.0.0.1 failed (Error NT_STATUS_CONNECTION_REFUSED)',
      ],
      remedies: [expect.stringContaining(`${SEE_UNIT} smbclient -L localhost -N;`)],
    })
  })

  it('fail when the answer takes too long', async () => {
    programs({ smbclient: '#!/bin/sh\nexec sleep 60\n' })
    expect((await ask(shares, { seconds: 0.2 })).results).toEqual([
      'failed: shared folders: no answer within 0.2 seconds',
    ])
  })

  it('are not asked for where the program is missing', async () => {
    programs({}, { alone: true })
    expect(await ask(shares)).toMatchObject({
      results: ['not-done: the program smbclient is not installed here'],
      said: ['notice service-not-done shared folders'],
    })
  })
})

describe('databases', { timeout: 90_000 }, () => {
  let server: Mariadb
  beforeAll(async () => {
    server = await startMariadb()
    server.sql('CREATE DATABASE shop; CREATE DATABASE wiki')
  }, 90_000)
  afterAll(() => server.stop())

  const databases = (...names: string[]) => ({ kind: 'sql' as const, databases: names })
  const optionsOf = (text: string) => {
    const folder = temporaryFolder()
    writeTree(folder, { 'my.cnf': text })
    return { mysqlOptions: join(folder, 'my.cnf') }
  }
  const root = () => optionsOf(`[client]\nsocket=${server.socket}\nuser=root\n`)

  it('pass when root can log in and all of them are there', async () => {
    expect(await ask(databases('shop', 'wiki'), root())).toEqual({
      results: ['passed: the database server answers, all 2 imported databases are there'],
      said: [],
      remedies: [],
    })
  })

  it('fail when one is missing', async () => {
    expect(await ask(databases('shop', 'blog'), root())).toEqual({
      results: ['failed: of 2 imported databases 1 are not there: blog'],
      said: ['error service-sql databases'],
      remedies: ['If nobody removed them on purpose, import again with --restart'],
    })
  })

  it('fail when root cannot log in, or the server is not there', async () => {
    const remedies = [`${SEE_UNIT} see whether mysql -e "SELECT 1" works`]
    const wrong = optionsOf(`[client]\nsocket=${server.socket}\nuser=root\npassword=PLANTED\n`)
    const refused = await ask(databases('shop'), wrong)
    expect(refused).toMatchObject({
      results: [expect.stringMatching(/^failed: the database server does not let root in: .*1045/)],
      remedies,
    })
    expect(JSON.stringify(refused)).not.toContain('PLANTED')
    expect(await ask(databases('shop'), optionsOf('[client]\nsocket=/nowhere\n'))).toMatchObject({
      results: [expect.stringMatching(/^failed: the database server cannot be reached: /)],
      remedies,
    })
  })

  it('fail when the answer takes too long', async () => {
    programs({ mysql: '#!/bin/sh\nexec sleep 60\n' })
    expect((await ask(databases('shop'), { ...root(), seconds: 0.2 })).results).toEqual([
      'failed: databases: no answer within 0.2 seconds',
    ])
  })
})

describe('service tests', () => {
  it('do not ask a service that is disabled on the destination', async () => {
    const bed = testbed({
      destination: { records: { configuration: 'postfix-off=service|status|disabled\n' } },
    })
    const { results } = await bed.testServices(
      stating(() => [{ kind: 'smtp', record: 'postfix-off' }]),
    )
    expect(results).toEqual([
      {
        plugin: NAME,
        kind: 'smtp',
        subject: 'SMTP',
        outcome: 'not-done',
        message: 'SMTP: postfix-off is disabled on this server',
        remedy: '',
      },
    ])
  })

  it('run at the same time', async () => {
    const { port: smtp } = await lineServer('')
    const started = Date.now()
    const { results } = await testbed().testServices(
      stating(() => Array<ServiceTest>(10).fill({ kind: 'smtp', record: 'postfix' })),
      { places: { smtp, seconds: 0.5 } },
    )
    expect(results).toHaveLength(10)
    expect(Date.now() - started).toBeLessThan(2500)
  })

  it('are an error of the plugin that cannot state them', async () => {
    const { results, findings } = await testbed().testServices(
      stating(() => {
        throw new Error('oops')
      }),
    )
    expect(results).toEqual([])
    expect(findings.map(({ severity, code, plugin }) => [severity, code, plugin])).toEqual([
      ['error', 'service-not-done', NAME],
    ])
  })

  it('are none of a plugin that states none', async () => {
    expect(await testbed().testServices(stating(undefined))).toEqual({ results: [], findings: [] })
  })
})
