// The command as an administrator meets it: words, exit codes, screens, refusals.
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { node16 } from '@nethserver-migrate/node16'
import { programs, temporaryFolder } from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import { EXIT_CODES } from '../src/exit-codes.js'
import {
  COMMAND,
  command,
  expectImported,
  expectSuccess,
  node,
  SAMPLE_BACKUP,
} from './helpers/command.js'

/** A staged destination that resembles a NethServer 7. */
async function staged(...options: string[]): Promise<string> {
  const root = join(temporaryFolder(), 'destination')
  expectSuccess(await command('stage', root, ...options))
  return root
}

describe('--help', () => {
  it.each(['', 'import', 'plan', 'run-action', 'plugins', 'stage'])(
    'of "%s" ends with 0 and shows every exit code',
    async (name) => {
      const { exitCode, stdout } = await command(...(name ? [name] : []), '--help')
      expect(exitCode).toBe(0)
      for (const [code, meaning] of Object.entries(EXIT_CODES))
        expect(stdout).toContain(`${code.padStart(5)}  ${meaning}\n`.trimEnd())
    },
  )
})

describe('exit codes', () => {
  it('are the ones that docs/exit-codes.md explains', () => {
    const page = readFileSync(new URL('../../../docs/exit-codes.md', import.meta.url), 'utf8')
    const rows = [...page.matchAll(/^\| `(\d+)` +\| (.+?) +\|/gm)].map(([, code, meaning]) => [
      code,
      meaning,
    ])
    expect(rows).toEqual(Object.entries(EXIT_CODES))
  })

  it('exits 2 and shows the usage for an unknown option', async () => {
    const { exitCode, stderr } = await command('import', 'x', '--sideways')
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/unknown option '--sideways'[\s\S]*Usage: nethserver-migrate import/)
  })

  it('exits 2 and names the plugins when --only names none of them', async () => {
    const root = await staged()
    const { exitCode, stderr } = await command('plan', SAMPLE_BACKUP, '--root', root, '--only', 'x')
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(
      /^\[ERROR\] UNKNOWN_PLUGIN: there is no plugin x\. choose one of: nethserver-/,
    )
  })

  it('exits 2 and says what it looked for when the source is no backup', async () => {
    const root = await staged()
    const source = temporaryFolder()
    const { exitCode, stderr } = await command('import', source, '--root', root)
    expect(exitCode).toBe(2)
    expect(stderr).toBe(
      `[ERROR] SOURCE_NOT_A_BACKUP: ${source} is not an SME Server backup: looked for home/e-smith/db/configuration and */home/e-smith/db/configuration. extract the whole backup in a directory and name that directory`,
    )
  })

  it('exits 2 when the source does not exist', async () => {
    const root = await staged()
    const { exitCode, stderr } = await command('import', join(root, 'none'), '--root', root)
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(
      /^\[ERROR\] SOURCE_MISSING: cannot read .*\/none: no such file or directory/,
    )
  })

  it('exits 3 when the destination is no NethServer tree', async () => {
    const { exitCode, stderr } = await command('import', SAMPLE_BACKUP, '--root', temporaryFolder())
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(
      /^\[ERROR\] DESTINATION_NOT_FOUND: .*make one with: nethserver-migrate stage DIR/,
    )
  })

  it('exits 4 and names the process when another run holds the lock', async () => {
    const root = await staged()
    const folder = join(root, 'var/lib/nethserver/migration')
    mkdirSync(folder, { mode: 0o700 })
    writeFileSync(join(folder, 'lock'), 'process 4711, since yesterday\n')
    const holder = spawn('flock', [
      '--exclusive',
      join(folder, 'lock'),
      'sh',
      '-c',
      'echo held; cat',
    ])
    await new Promise((resolve) => holder.stdout.once('data', resolve))

    const { exitCode, stderr } = await command('import', SAMPLE_BACKUP, '--root', root)
    holder.stdin.end()

    expect(exitCode).toBe(4)
    expect(stderr).toMatch(/^\[ERROR\] ANOTHER_RUN: .*process 4711, since yesterday/)
  })

  it('exits 1 when a plugin could not do its work, and lists the error', async () => {
    const root = await staged()
    const configuration = join(root, 'var/lib/nethserver/db/configuration')
    writeFileSync(
      configuration,
      readFileSync(configuration, 'utf8').replace('Provider|ldap', 'Provider|none'),
    )
    const args = ['import', SAMPLE_BACKUP, '--root', root]
    const { exitCode, stdout } = await command(...args, '--accept', 'no-accounts-provider')
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/^Errors \(\d+\)\n {2}1\. .*no accounts provider/m)
  })

  it('exits 130 on Ctrl-C, says how to go on, and goes on', async () => {
    const root = await staged()
    const stopped = await interruptedImport(root)
    expect(stopped.code).toBe(130)
    expect(stopped.output).toMatch(/run the same command again/)
    expectImported(await command('import', SAMPLE_BACKUP, '--root', root))
  })
})

describe('import', () => {
  it('prints one JSON document on standard output, also when it is refused', async () => {
    const { stdout } = await command('import', SAMPLE_BACKUP, '--root', temporaryFolder(), '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'failed',
      actions: [],
      findings: [{ severity: 'error', code: 'DESTINATION_NOT_FOUND' }],
    })
  })

  it('with --dry-run prints what plan prints, and changes nothing', async () => {
    const root = await staged()
    const plan = await command('plan', SAMPLE_BACKUP, '--root', root)
    const dryRun = await command('import', SAMPLE_BACKUP, '--root', root, '--dry-run')
    expectImported(dryRun)
    expect(dryRun.stdout).toBe(plan.stdout)
    expect(existsSync(join(root, 'var/lib/nethserver/migration/journal.jsonl'))).toBe(false)
  })

  it('skips a plugin whose feature is not installed, with a notice', async () => {
    const root = await staged('--packages', 'nethserver-base,nethserver-directory')
    const { stdout } = await command('import', SAMPLE_BACKUP, '--root', root, '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      actions: expect.arrayContaining([
        expect.objectContaining({ action: 'nethserver-ejabberd-migrate', outcome: 'skipped' }),
      ]) as unknown,
      findings: expect.arrayContaining([
        expect.objectContaining({
          severity: 'notice',
          plugin: 'nethserver-ejabberd-migrate',
          code: 'feature-not-installed',
          remedy:
            'The old server used it: install nethserver-ejabberd, then run the same command again',
        }),
      ]) as unknown,
    })
  })

  it('begins every log line with its tag, and writes them below the destination', async () => {
    const root = await staged()
    await command('import', SAMPLE_BACKUP, '--root', root)
    const lines = readFileSync(join(root, 'var/log/messages'), 'utf8').trimEnd().split('\n')
    expect(lines.length).toBeGreaterThan(10)
    expect(
      lines.filter((line) => !/^\[(INFO|NOTICE|WARNING|ERROR)\] \d{4}-\d\d-\d\dT/.test(line)),
    ).toEqual([])
  })

  it('takes any folder with databases as a destination, whether stage made it or not', async () => {
    const made = await staged()
    const root = join(temporaryFolder(), 'elsewhere')
    cpSync(join(made, 'var/lib/nethserver/db'), join(root, 'var/lib/nethserver/db'), {
      recursive: true,
    })
    expectImported(await command('import', SAMPLE_BACKUP, '--root', root))
  })
})

it('uses colours on a terminal only, also where the environment asks for them', async () => {
  const root = await staged()
  const { stdout } = await node([COMMAND, 'plan', SAMPLE_BACKUP, '--root', root], {
    CI: 'true',
    FORCE_COLOR: '1',
  })
  expect(stdout).not.toContain('\u001b')
})

describe('run-action', () => {
  it('runs one action, as its link in the event does, and adds to the report of the others', async () => {
    const root = await staged()
    const source = join(temporaryFolder(), 'source')
    mkdirSync(join(source, 'home/e-smith/db'), { recursive: true })
    writeFileSync(
      join(source, 'home/e-smith/db/configuration'),
      'SystemName=old\nejabberd=service|WebAdmin|enabled\n',
    )
    writeFileSync(join(source, 'home/e-smith/db/accounts'), '')

    const run = (action: string) =>
      command('run-action', action, 'migration-import', source, '--root', root)
    expectSuccess(await run('nethserver-ejabberd-migrate'))
    expectSuccess(await run('nethserver-backup-migrate'))

    const report: unknown = JSON.parse(
      readFileSync(join(root, 'var/lib/nethserver/migration/report.json'), 'utf8'),
    )
    expect(report).toMatchObject({
      status: 'done',
      actions: [{ action: 'nethserver-backup-migrate' }, { action: 'nethserver-ejabberd-migrate' }],
      events: [{ name: 'nethserver-ejabberd-update', args: [] }],
    })
  })

  it('exits 1 when its action fails, so that signal-event reports it', async () => {
    const root = await staged()
    const source = join(temporaryFolder(), 'source')
    mkdirSync(join(source, 'home/e-smith/db'), { recursive: true })
    writeFileSync(join(source, 'home/e-smith/db/configuration'), 'SystemName=old\n')
    const { exitCode, stdout } = await command(
      'run-action',
      'nethserver-directory-migrate',
      'migration-import',
      source,
      '--root',
      root,
    )
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(
      /^\[ERROR\] nethserver-directory-migrate: cannot read home\/e-smith\/db\/accounts/m,
    )
  })
})

describe('plugins', () => {
  it('lists what is installed, with packages and links', async () => {
    const { exitCode, stdout } = await command('plugins', '--json')
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toContainEqual({
      name: 'nethserver-ejabberd-migrate',
      api: 1,
      title: 'Instant messaging',
      packages: ['nethserver-ejabberd'],
      actions: [{ action: 'nethserver-ejabberd-migrate', level: 50 }],
    })
  })

  it('refuses one that was made for another plugin API, names both, and keeps the others', async () => {
    const dist = temporaryFolder()
    cpSync(join(COMMAND, '..'), dist, { recursive: true })
    const name = 'nethserver-other-migrate'
    writeFileSync(
      join(dist, 'plugins', `${name}.mjs`),
      `export default { api: 99, name: '${name}' }\n`,
    )
    const { exitCode, stdout, stderr } = await node([
      join(dist, 'nethserver-migrate.mjs'),
      'plugins',
    ])
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(
      /plugin nethserver-other-migrate was made for plugin API 99, this nethserver-migrate has API 1/,
    )
    expect(stdout).toContain('nethserver-ejabberd-migrate')
  })
})

describe('the bundle', () => {
  it('imports the sample backup on the Node of a NethServer, 16.20, from any folder', async () => {
    const root = join(temporaryFolder(), 'destination')
    const version = await node(['--version'], {}, node16)
    expect(version.stdout).toBe('v16.20.2')
    expectSuccess(await node([COMMAND, 'stage', root], {}, node16))
    expectImported(await node([COMMAND, 'import', SAMPLE_BACKUP, '--root', root], {}, node16))
    const again = await node(
      [COMMAND, 'import', SAMPLE_BACKUP, '--root', root, '--json'],
      {},
      node16,
    )
    expect(JSON.parse(again.stdout)).toMatchObject({ counts: { done: 0, failed: 0 }, changes: [] })
  })
})

it('gives programs none of the limits of memory that the launcher has set for the command', async () => {
  const root = await staged()
  const seen = join(temporaryFolder(), 'environment')
  programs({ tar: `#!/bin/sh\nenv >'${seen}'\nexit 1\n` })
  const limits = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '65536' }
  await node([COMMAND, 'import', SAMPLE_BACKUP, '--root', root], limits)
  const lines = readFileSync(seen, 'utf8').split('\n')
  expect(lines.filter((line) => /^(MALLOC_|PATH=)/.test(line))).toEqual([
    `PATH=${process.env['PATH']}`,
  ])
})

/** Starts an import and sends SIGINT as soon as its first action has begun. */
async function interruptedImport(root: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [COMMAND, 'import', SAMPLE_BACKUP, '--root', root], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let sent = false
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
    if (sent || !output.includes('nethserver-backup-migrate:')) return
    sent = child.kill('SIGINT')
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, output }
}
