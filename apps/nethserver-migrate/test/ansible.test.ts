// docs/ansible/migrate.yml runs check, import and verify over an inventory: with the real
// ansible-playbook, on this machine, against staged destinations of the sample backup.
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fixtureSource, manifest, temporaryFolder } from '@nethserver-migrate/testkit'
import { execa } from 'execa'
import { beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { COMMAND, command, expectSuccess, SAMPLE_BACKUP } from './helpers/command.js'

const example = (name: string) =>
  fileURLToPath(new URL(`../../../docs/ansible/${name}`, import.meta.url))

const hasAnsible = spawnSync('ansible-playbook', ['--version']).status === 0

beforeEach((context: TestContext) => {
  context.skip(!hasAnsible, 'ansible-playbook is not installed: apt-get install ansible-core')
})

interface Played {
  readonly exitCode: number | undefined
  readonly output: string
  /** The last line on the host, of the columns that count here. */
  readonly recap: string
}

/** Runs the example on one host. */
async function play(variables: Readonly<Record<string, unknown>>, ...flags: string[]) {
  const home = temporaryFolder()
  const inventory = join(home, 'inventory.ini')
  writeFileSync(inventory, '[migrated]\nnew.example.com ansible_connection=local\n')
  const given = { migrate_program: [process.execPath, COMMAND], migrate_poll: 1, ...variables }
  const { exitCode, all: output = '' } = await execa(
    'ansible-playbook',
    ['--inventory', inventory, '--extra-vars', JSON.stringify(given), ...flags].concat(
      example('migrate.yml'),
    ),
    {
      reject: false,
      all: true,
      stdin: 'ignore',
      // Ansible keeps its own files out of the home folder, and wants a locale of UTF-8.
      env: {
        ANSIBLE_HOME: home,
        ANSIBLE_REMOTE_TMP: home,
        ANSIBLE_ASYNC_DIR: join(home, 'async'),
        ANSIBLE_NOCOLOR: '1',
        LC_ALL: 'C.UTF-8',
      },
    },
  )
  const [, recap = ''] = /^new\.example\.com +: ok=\d+ +(.*?) +skipped=/m.exec(output) ?? []
  return { exitCode, output, recap: recap.replace(/ +/g, ' ') } satisfies Played
}

async function staged(): Promise<string> {
  const root = join(temporaryFolder(), 'destination')
  expectSuccess(await command('stage', root))
  return root
}

describe('the Ansible example', { timeout: 120_000 }, () => {
  it('has a syntax that ansible-playbook takes, with its inventory', async () => {
    const { exitCode, all } = await execa(
      'ansible-playbook',
      ['--syntax-check', '--inventory', example('inventory.ini'), example('migrate.yml')],
      { reject: false, all: true, stdin: 'ignore', env: { LC_ALL: 'C.UTF-8' } },
    )
    expect([exitCode, all]).toEqual([0, `\nplaybook: ${example('migrate.yml')}`])
  })

  it('plans in check mode, and changes nothing', async () => {
    const variables = { migrate_source: fixtureSource(), migrate_root: await staged() }
    const trees = () => Object.values(variables).map((folder) => manifest(folder))
    const before = trees()
    const { exitCode, output, recap } = await play(variables, '--check')
    expect([exitCode, recap, output]).toEqual([
      0,
      'changed=1 unreachable=0 failed=0',
      expect.stringMatching(/TASK \[Plan the import\] \*+\nchanged: \[new.example.com\]/),
    ])
    expect(trees()).toEqual(before)
  })

  it('imports and verifies; what the import could not do is shown and is no failure', async () => {
    const variables = { migrate_source: SAMPLE_BACKUP, migrate_root: await staged() }
    const { exitCode, output, recap } = await play(variables)
    expect([exitCode, recap, output]).toEqual([
      0,
      'changed=1 unreachable=0 failed=0',
      expect.stringContaining(
        'ok: [new.example.com] => (item=secret-not-writable getmail/1 Password) => {',
      ),
    ])
    expect(output).toContain(
      'TASK [Verify that all is as the import left it, and that services answer]',
    )
    expect(output).toMatch(/item=enter-secret .*\n.*\n +"enter Password of getmail\/1 by hand"/)
    const again = await play(variables)
    expect([again.exitCode, again.recap]).toEqual([0, 'changed=0 unreachable=0 failed=0'])
  })

  it('stops a host for what its import could not do when it is told so', async () => {
    const { exitCode, output, recap } = await play({
      migrate_source: SAMPLE_BACKUP,
      migrate_root: await staged(),
      migrate_errors_fail: true,
    })
    expect([exitCode, recap]).toEqual([2, 'changed=1 unreachable=0 failed=1'])
    expect(output).toContain('failed: [new.example.com] (item=secret-not-writable')
  })

  it('stops a host at a blocker, shows its remedy and imports nothing', async () => {
    const root = await staged()
    const database = join(root, 'var/lib/nethserver/db/configuration')
    const text = readFileSync(database, 'utf8')
    writeFileSync(database, `${text}sssd=service|Provider|none|status|disabled\n`)
    const source = fixtureSource()
    const before = [manifest(root), manifest(source)]
    const { exitCode, output, recap } = await play({ migrate_source: source, migrate_root: root })
    expect([exitCode, recap]).toEqual([2, 'changed=0 unreachable=0 failed=1'])
    expect(output).toMatch(
      /failed: \[new.example.com\] \(item=no-accounts-provider [\s\S]*Choose and configure an accounts provider/,
    )
    expect([manifest(root), manifest(source)]).toEqual(before)
  })

  it('stops a host at what is not as the import left it', async () => {
    const variables = { migrate_source: SAMPLE_BACKUP, migrate_root: await staged() }
    await play(variables)
    // What was moved is not in the source any more: the import finds nothing to do there.
    rmSync(join(variables.migrate_root, 'var/lib/nethserver/vmail'), { recursive: true })
    const { exitCode, output } = await play(variables)
    expect(exitCode).toBe(2)
    expect(output).toContain('failed: [new.example.com] (item=verify-missing /var/lib/nethserver/')
  })
})
