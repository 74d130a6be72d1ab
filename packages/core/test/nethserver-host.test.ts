import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  programs,
  recording,
  temporaryFolder,
  testbed,
  writeTree,
} from '@nethserver-migrate/testkit'
import { describeError } from '../src/errors.js'
import { NethServerHost } from '../src/host/nethserver-host.js'
import type { HostTask } from '../src/host/host.js'
import type { Report } from '../src/report/report.js'
import { forgetAfterIn } from './helpers/journal-lines.js'
import { liveFolders } from './helpers/live-folders.js'

const ODD = ['a b', '"', "'", '$(touch x)', '`x`', ';', '*', '\\', '', '-rf', 'two\nlines', 'José']
const REMEDY =
  'look for its lines in /var/log/messages, mend the cause, then run the same command again'

async function perform(...tasks: HostTask[]): Promise<unknown[]> {
  const errors = await new NethServerHost().perform(tasks)
  return errors.map((error) => error && describeError(error))
}

describe('a command on a live host', () => {
  it('gets its arguments as they are, never through a shell', async () => {
    const { calls } = programs({ lpasswd: recording() })
    expect(await perform({ command: ['lpasswd', ...ODD] })).toEqual([undefined])
    expect(calls()).toEqual([{ argv: ['lpasswd', ...ODD], stdin: '', note: '' }])
  })

  it('reads its secret on standard input, byte by byte', async () => {
    const { calls } = programs({ lpasswd: recording() })
    const content = 'random\n$6$salt$h\xe9\n'
    expect(
      await perform({
        command: ['lpasswd', '-f', '0', 'rossi'],
        secretInput: { name: 'hash-rossi', content: () => content },
      }),
    ).toEqual([undefined])
    expect(calls()).toMatchObject([{ argv: ['lpasswd', '-f', '0', 'rossi'], stdin: content }])
  })

  it.each<[string, string, string]>([
    [
      'fails',
      '#!/bin/sh\necho first\necho "no such user" >&2\nexit 3\n',
      'lpasswd -f rossi: exit status 3 (no such user)',
    ],
    ['fails without a word', '#!/bin/sh\nexit 1\n', 'lpasswd -f rossi: exit status 1'],
    ['is killed', '#!/bin/sh\nkill -9 $$\n', 'lpasswd -f rossi: was killed by SIGKILL'],
    [
      'fails without reading its input',
      '#!/bin/sh\nexec 0<&-\nsleep 0.1\nexit 4\n',
      'lpasswd -f rossi: exit status 4',
    ],
  ])('that %s is a failed operation, and the next one is run', async (_what, text, message) => {
    const { calls } = programs({ lpasswd: text, next: recording() })
    const secretInput = { name: 'x', content: () => 'PLANTED' }
    const results = await perform(
      { command: ['lpasswd', '-f', 'rossi'], secretInput },
      { command: ['next'] },
    )
    expect(results).toEqual([{ code: 'COMMAND_FAILED', message, remedy: REMEDY }, undefined])
    expect(calls().map(({ argv }) => argv)).toEqual([['next']])
  })

  it('that succeeds tells what it has printed, both ways; one that fails says it in its error', async () => {
    programs({ mysql: '#!/bin/sh\necho "5 rows"; echo "a warning" >&2; exit "$1"\n' })
    const told: string[] = []
    const onOutput = (output: string) => told.push(output)
    expect(
      await perform({ command: ['mysql', '0'], onOutput }, { command: ['mysql', '1'], onOutput }),
    ).toMatchObject([undefined, { message: 'mysql 1: exit status 1 (a warning)' }])
    expect(told.map((output) => output.split('\n').sort())).toEqual([['', '5 rows', 'a warning']])
  })

  it('is not stopped by a Ctrl-C for the run: it has a process group of its own', async () => {
    const { calls } = programs({
      lpasswd: recording('read -r pid _ _ _ group _ </proc/$$/stat; note="$pid $group"'),
    })
    await perform({ command: ['lpasswd'] })
    const [pid, group] = calls()[0]?.note.split(' ') ?? []
    expect(group).toBe(pid)
  })

  it('that is missing is a failed operation', async () => {
    programs({}, { alone: true })
    expect(await perform({ command: ['lpasswd', 'rossi'] })).toEqual([
      { code: 'COMMAND_FAILED', message: 'lpasswd rossi: no such program', remedy: REMEDY },
    ])
  })

  it('that may not be executed, or has no interpreter, is a failed operation', async () => {
    const folder = temporaryFolder()
    writeTree(folder, {
      text: { content: '#!/bin/sh\n', mode: 0o644 },
      script: { content: '#!/no/such/interpreter\n', mode: 0o755 },
    })
    const commands = ['text', 'script'].map((name) => ({ command: [join(folder, name)] }))
    expect(await perform(...commands)).toMatchObject([
      { message: `${folder}/text: could not be run (EACCES)` },
      { message: `${folder}/script: no such program` },
    ])
  })

  it('that stops reading is a failed operation, whatever its status', async () => {
    programs({ lpasswd: '#!/bin/sh\nexec 0<&-\nexit 0\n' })
    const secretInput = { name: 'x', content: () => 'x'.repeat(1 << 20) }
    expect(await perform({ command: ['lpasswd'], secretInput })).toMatchObject([
      { code: 'COMMAND_FAILED', message: 'lpasswd: stopped reading its input' },
    ])
  })
})

describe('accounts of a live host', () => {
  it('are asked of getent, by name and by id, with exact arguments', () => {
    const { calls } = programs({
      getent: recording(`case $1:$2 in
        passwd:5001) echo 'rossi:x:5001:5002:::/bin/sh' ;;
        passwd:*) echo "$2:x:5001:5002:Mario Rossi:/home/rossi:/bin/sh" ;;
        group:*) echo 'sales:x:5010:rossi,verdi' ;;
      esac`),
    })
    const host = new NethServerHost()
    expect(host.findUser('a b $(x)')).toEqual({
      name: 'a b $(x)',
      uid: 5001,
      gid: 5002,
      gecos: 'Mario Rossi',
      home: '/home/rossi',
      shell: '/bin/sh',
    })
    expect([...(host.findGroup('sales')?.members ?? [])]).toEqual(['rossi', 'verdi'])
    expect([host.userOfId(5001), host.groupOfId(5010)]).toEqual(['rossi', 'sales'])
    expect(calls().map(({ argv }) => argv)).toEqual([
      ['getent', 'passwd', 'a b $(x)'],
      ['getent', 'group', 'sales'],
      ['getent', 'passwd', '5001'],
      ['getent', 'group', '5010'],
    ])
  })

  it('are found under the name that a provider gives them, with its domain', () => {
    programs({ getent: '#!/bin/sh\necho "rossi@ad.acme.com:x:1:1::/:/bin/sh"\n' })
    expect(new NethServerHost().findUser('rossi')?.name).toBe('rossi@ad.acme.com')
  })

  it('are not found by a name that is the number of somebody else', () => {
    programs({ getent: '#!/bin/sh\necho "rossi:x:5001:1::/:/bin/sh"\n' })
    expect(new NethServerHost().findUser('5001')).toBeUndefined()
  })

  it('keep the bytes of a Latin-1 name', () => {
    programs({ getent: '#!/bin/sh\nprintf "jose:x:1:1:Jos\\351:/:/bin/sh\\n"\n' })
    expect(new NethServerHost().findUser('jose')?.gecos).toBe('Jos\xe9')
  })

  it('are remembered when found, and asked for again when missing', () => {
    const { calls } = programs({
      getent: recording('test "$2" = rossi && echo rossi:x:1:1::/:/bin/sh || exit 2'),
    })
    const host = new NethServerHost()
    for (const name of ['rossi', 'rossi', 'verdi', 'verdi']) host.findUser(name)
    expect(host.findUser('verdi')).toBeUndefined()
    expect(calls().map(({ argv }) => argv[2])).toEqual(['rossi', 'verdi', 'verdi', 'verdi'])
  })

  it('are unknown when getent prints what nobody understands', () => {
    programs({ getent: '#!/bin/sh\necho garbage\n' })
    expect(new NethServerHost().findUser('rossi')).toBeUndefined()
  })
})

describe('a device of a live host', () => {
  it('is one that /dev has under this name: no file, no folder, nothing missing', () => {
    const host = new NethServerHost()
    expect(
      ['null', '../etc/passwd', 'shm', 'no such\xe9'].map((name) => host.hasDevice(name)),
    ).toEqual([true, false, false, false])
  })
})

describe('the log of a live host', () => {
  it('is syslog, one argument a line, also for a line that looks like an option', () => {
    const { calls } = programs({ logger: recording() })
    new NethServerHost().log('-p [ERROR] "x" $(y)')
    expect(calls()).toMatchObject([
      {
        argv: [
          'logger',
          '-t',
          'nethserver-migrate',
          '-p',
          'local1.info',
          '--',
          '-p [ERROR] "x" $(y)',
        ],
      },
    ])
  })
})

describe('an event on a live host', () => {
  it('without a directory is an error, and nothing is run', async () => {
    const { calls } = programs({ 'signal-event': recording() })
    expect(await perform({ event: 'no-such-event', args: [] })).toEqual([
      {
        code: 'EVENT_MISSING',
        message: 'cannot signal no-such-event: /etc/e-smith/events/no-such-event does not exist',
        remedy:
          'install or update the package that owns the event, then run the same command again',
      },
    ])
    expect(calls()).toEqual([])
  })

  it('is signalled with its arguments as they are', (context) => {
    const live = liveFolders(context)
    mkdirSync(join(live.etc, 'e-smith/events/user-create'), { recursive: true })
    const { calls } = programs({ 'signal-event': recording() })
    expect(live.run('live-host', JSON.stringify([{ event: 'user-create', args: ODD }]))).toEqual([
      null,
    ])
    expect(calls()).toMatchObject([{ argv: ['signal-event', 'user-create', ...ODD], stdin: '' }])
  })

  it('that fails is a failed operation, and the next one is signalled', (context) => {
    const live = liveFolders(context)
    for (const event of ['a-save', 'b-save'])
      mkdirSync(join(live.etc, 'e-smith/events', event), { recursive: true })
    const { calls } = programs({
      'signal-event': recording('test "$1" = b-save || { echo "Event: $1 FAILED"; exit 1; }'),
    })
    const tasks = ['a-save', 'missing-save', 'b-save'].map((event) => ({ event, args: [] }))
    expect(live.run('live-host', JSON.stringify(tasks))).toMatchObject([
      {
        code: 'COMMAND_FAILED',
        message: 'signal-event a-save: exit status 1 (Event: a-save FAILED)',
      },
      { code: 'EVENT_MISSING' },
      null,
    ])
    expect(calls().map(({ argv }) => argv[1])).toEqual(['a-save', 'b-save'])
  })

  it.for([0, 1])(
    'gets its secret in a private file, which is gone when the event ends with %i',
    (status, context) => {
      const live = liveFolders(context)
      mkdirSync(join(live.etc, 'e-smith/events/password-modify'), { recursive: true })
      const { calls } = programs({
        'signal-event': recording(`note="$(cat "$3") $(stat -c %a "$3")"; exit ${status}`),
      })
      const task = {
        event: 'password-modify',
        args: ['rossi'],
        secret: ['password-rossi', 'PLANTED\xe9'],
      }
      live.run('live-host', JSON.stringify([task]))
      expect(calls()).toEqual([
        {
          argv: [
            'signal-event',
            'password-modify',
            'rossi',
            '/var/lib/nethserver/migration/secrets/password-rossi',
          ],
          stdin: '',
          note: 'PLANTED\xe9 600',
        },
      ])
      expect(readdirSync(join(live.varLib, 'nethserver/migration/secrets'))).toEqual([])
    },
  )
})

describe('an import into a live host', () => {
  /** A live NethServer 6 whose programs keep their state in a folder. */
  function liveHost(live: ReturnType<typeof liveFolders>) {
    const state = temporaryFolder()
    for (const event of ['user-create', 'password-modify', 'mail-save'])
      mkdirSync(join(live.etc, 'e-smith/events', event), { recursive: true })
    writeTree(live.varLib, {
      'nethserver/db/configuration': 'SystemName=ns\nroot=configuration|EmailAddress|\n',
      'nethserver/db/accounts': '',
    })
    return programs({
      'signal-event': recording(`case $1 in
        user-create) touch "${state}/$2" ;;
        password-modify) note=$(cat "$3") ;;
      esac`),
      getent: `#!/bin/sh
test -f "${state}/$2" && echo "$2:x:5001:5001:Mario Rossi:/var/lib/nethserver/home/$2:/bin/sh"
`,
      doveadm: recording('echo 3 mails expunged'),
      lpasswd: recording(),
      logger: recording(),
      rpm: '#!/bin/sh\n',
    })
  }

  const logged = (message: string): unknown[] => [
    ...['logger', '-t', 'nethserver-migrate', '-p', 'local1.info', '--'],
    expect.stringMatching(new RegExp(`^\\[NOTICE\\] \\S+Z nethserver-test-migrate: ${message}$`)),
  ]
  const source = () => testbed().source
  const argvOf = ({ calls }: ReturnType<typeof programs>) => calls().map(({ argv }) => argv)

  it('runs its own programs in order, records before the event that needs them', (context) => {
    const live = liveFolders(context)
    const host = liveHost(live)
    const report = live.run('live-import', source()) as Report
    expect(report).toMatchObject({
      status: 'done',
      destination: '/',
      counts: { done: 6, failed: 0 },
    })
    expect(argvOf(host)).toEqual([
      ['signal-event', 'user-create', 'rossi'],
      [
        'signal-event',
        'password-modify',
        'rossi',
        '/var/lib/nethserver/migration/secrets/password-rossi',
      ],
      ['lpasswd', '-f', '0', 'rossi'],
      ['doveadm', 'expunge'],
      logged('3 mails expunged'),
      ['signal-event', 'mail-save'],
      logged('all done'),
    ])
    const [, { note: random } = { note: '' }, lpasswd] = host.calls()
    expect(lpasswd?.stdin).toBe(`${random}\n$6$salt$hash\n`)
    const database = (name: string) =>
      readFileSync(join(live.varLib, 'nethserver/db', name), 'latin1').replace(/^#.*\n/gm, '')
    expect(database('accounts')).toBe('rossi=user|FirstName|Mario|Uid|5001\n')
    expect(database('configuration')).toContain('root=configuration|EmailAddress|root@acme.com\n')
  })

  it.for([
    ['6', 'stand in it', [], ['SystemName=ns', 'TimeZone=Europe/Rome']],
    [
      '7',
      'are computed',
      ['sssd=service|Provider|none'],
      [
        `DomainName=${hostname().split('.').slice(1).join('.')}`,
        `SystemName=${hostname().split('.')[0]}`,
        'TimeZone=UTC',
      ],
    ],
  ] as const)(
    'writes the configuration of a NethServer %s with its names as they %s',
    ([, , others, names], context) => {
      const live = liveFolders(context)
      liveHost(live)
      const path = join(live.varLib, 'nethserver/db/configuration')
      const records = ['SystemName=ns', 'TimeZone=Europe/Rome', 'root=configuration', ...others]
      writeFileSync(path, records.map((record) => `${record}\n`).join(''))
      live.run('live-import', source())
      expect(
        readFileSync(path, 'latin1')
          .replace(/^#.*\n/gm, '')
          .split('\n'),
      ).toEqual([...names, 'root=configuration|EmailAddress|root@acme.com', ...others, ''])
    },
  )

  it('does nothing the second time', (context) => {
    const live = liveFolders(context)
    const host = liveHost(live)
    const folder = source()
    live.run('live-import', folder)
    const before = argvOf(host).length
    expect(live.run('live-import', folder)).toMatchObject({ status: 'unchanged', changes: [] })
    expect(
      argvOf(host)
        .slice(before)
        .map(([program]) => program),
    ).toEqual(['logger'])
  })

  it('signals an event again that a killed run may have signalled, and says so', (context) => {
    const live = liveFolders(context)
    const host = liveHost(live)
    const folder = source()
    live.run('live-import', folder)
    forgetAfterIn(join(live.varLib, 'nethserver/migration/journal.jsonl'), '"begin"')
    const before = argvOf(host).length
    expect((live.run('live-import', folder) as Report).changes).toMatchObject([
      { outcome: 'done', change: { kind: 'event', event: 'mail-save', repeated: true } },
    ])
    expect(argvOf(host)[before + 1]).toEqual(['signal-event', 'mail-save'])
  })

  it('asks rpm for the packages of a feature, and skips it when none is installed', (context) => {
    const live = liveFolders(context)
    liveHost(live)
    const { calls } = programs({ rpm: recording('exit 1') })
    expect(live.run('live-import', source())).toMatchObject({
      status: 'skipped',
      changes: [],
      findings: [{ code: 'feature-not-installed' }],
    })
    expect(calls().map(({ argv }) => argv)).toEqual([
      ['rpm', '--query', '--quiet', 'nethserver-test'],
    ])
  })

  it('is refused without its databases, before anything is touched', (context) => {
    const live = liveFolders(context)
    expect(() => live.run('live-import', source())).toThrow(/DESTINATION_NOT_FOUND/)
    expect(existsSync(join(live.varLib, 'nethserver'))).toBe(false)
  })
})
