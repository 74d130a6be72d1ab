import { fixtureSource, startMariadb, testbed, type Testbed } from '@nethserver-migrate/testkit'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'

const DUMP = 'home/e-smith/db/mysql/faxdb.dump'
const NOTHING_TO_SAY = { status: 0, stderr: '' }

function withDump(dump: string | undefined, here?: string) {
  return testbed({
    ...(dump === undefined ? {} : { source: { files: { [DUMP]: dump } } }),
    ...(here === undefined ? {} : { destination: { databases: { configuration: here } } }),
  })
}

/** Runs the queued statement as the destination would, against another server. */
function replay(t: Testbed, socket: string) {
  const [line = ''] = t.file('var/lib/nethserver/migration/events.jsonl').split('\n')
  const [program = '', ...args] = (JSON.parse(line) as { command: string[] }).command
  const optionFile = join(t.root, 'root/.my.cnf')
  writeFileSync(optionFile, `[client]\nuser=root\nsocket=${socket}\n`, { mode: 0o600 })
  const { status, stdout, stderr } = spawnSync(
    program,
    args.map((arg) => arg.replace('=/root/.my.cnf', `=${optionFile}`)),
    { encoding: 'utf8' },
  )
  return { status, stdout, stderr }
}

describe('the paths of the fax web interface', () => {
  it('are changed by one command, queued for the server with its own credentials', async () => {
    const t = withDump('CREATE TABLE faxweb_fax')
    const plan = await t.run(plugin, { mode: 'plan' })
    const { report, said } = await t.run(plugin)
    expect(t.events()).toEqual([
      expect.stringMatching(
        /^run: mysql --defaults-extra-file=\/root\/\.my\.cnf --batch --skip-column-names --execute=\/\* faxdb\.dump [0-9a-f]{12} \*\/ SET /,
      ),
    ])
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect(report.actions.map(({ action, outcome }) => [action, outcome])).toEqual([
      ['nethserver-fax-migrate-faxweb2', 'done'],
      ['nethserver-fax-migrate', 'unchanged'],
    ])
    expect(said).toEqual([])
  })

  it('are changed once for a dump, and again for a newer one', async () => {
    const t = withDump('-- first')
    await t.run(plugin)
    const { report } = await t.run(plugin)
    expect([report.status, t.events().length]).toEqual(['unchanged', 1])
    writeFileSync(join(t.source, DUMP), '-- second')
    await t.run(plugin)
    await t.run(plugin)
    expect(t.events()).toHaveLength(2)
  })

  it.each([
    [
      'the old server did not have it',
      undefined,
      undefined,
      'home/e-smith/db/mysql/faxdb.dump is not in the source, the fax web interface was not in use: nothing to do',
    ],
    [
      'the destination has no database server',
      '-- dump',
      'hylafax=configuration\nsssd=service\n',
      'mysqld is not enabled at the destination, which has no list of faxes: nothing to do',
    ],
    [
      'the database server of the destination is disabled',
      '-- dump',
      'hylafax=configuration\nmysqld=service|status|disabled\nsssd=service\n',
      'mysqld is not enabled at the destination, which has no list of faxes: nothing to do',
    ],
  ])('are left alone where %s: INFO, no failure', async (_why, dump, here, message) => {
    const t = withDump(dump, here)
    const { messages, report, said } = await t.run(plugin)
    expect(messages[0]).toBe(message)
    expect(said).toEqual([])
    expect(report.actions[0]?.outcome).toBe('unchanged')
    expect(t.events()).toEqual([])
  })

  it('are left alone, with an ERROR, where a link stands in place of the dump; the rest goes on', async () => {
    const t = testbed({
      source: {
        databases: { configuration: 'hylafax=configuration|status|enabled\n' },
        files: { [DUMP]: { link: '/etc/shadow' } },
      },
    })
    const { said } = await t.run(plugin)
    expect(said[0]).toMatch(/^error SOURCE_SYMBOLIC_LINK /)
    expect(t.events()).toEqual(['nethserver-hylafax-update'])
  })

  it('begin with the new folder afterwards, in a real database; nothing else is changed', async () => {
    const server = await startMariadb()
    try {
      const t = testbed({ source: { folder: fixtureSource() } })
      await t.run(plugin)

      expect(replay(t, server.socket)).toEqual({
        ...NOTHING_TO_SAY,
        stdout: 'there is no faxdb.faxweb_fax: no paths were changed\n',
      })
      server.sql('CREATE DATABASE faxdb; CREATE TABLE faxdb.faxweb_fax (id INT)')
      expect(replay(t, server.socket).stdout).toMatch(/^there is no faxdb\.faxweb_fax/)

      server.sql(readFileSync(join(t.source, DUMP), 'utf8'))
      server.sql(`INSERT INTO faxdb.faxweb_fax (path, date) VALUES
        ('/mnt/home/e-smith/x', NOW()), ('/home/e-smith', NOW()), ('/HOME/E-Smith/x', NOW()),
        ('/home/e_smith/x', NOW()), (NULL, NOW()), ('', NOW()),
        (CONCAT('/home/e-smith/', UNHEX('e9'), '/home/e-smith/''x'), NOW())`)
      const others = () =>
        server.sql(
          'SELECT id, filename, description, date, pages FROM faxdb.faxweb_fax ORDER BY id',
        )
      const before = others()
      expect(replay(t, server.socket)).toEqual({
        ...NOTHING_TO_SAY,
        stdout: '6 paths in faxdb.faxweb_fax were changed\n',
      })
      const paths = () =>
        server.sql("SELECT REPLACE(path, UNHEX('e9'), '(e9)') FROM faxdb.faxweb_fax ORDER BY id")
      const after = paths()
      expect(after).toEqual([
        '/var/lib/nethserver/fax/docs/received',
        '/var/lib/nethserver/fax/docs/received',
        '/var/lib/nethserver/fax/docs/sent',
        '/var/lib/nethserver/fax/docs/sentm',
        '/var/lib/nethserver/fax/docs/sent',
        '/mnt/home/e-smith/x',
        '/home/e-smith',
        '/HOME/E-Smith/x',
        '/home/e_smith/x',
        'NULL',
        '',
        "/var/lib/nethserver/(e9)/home/e-smith/'x",
      ])
      expect(others()).toEqual(before)
      expect(before[4]).toContain('path /home/e-smith/ twice: /home/e-smith/')

      expect(replay(t, server.socket).stdout).toBe('0 paths in faxdb.faxweb_fax were changed\n')
      expect(paths()).toEqual(after)
    } finally {
      await server.stop()
    }
  })

  it('that cannot be changed, since the server is stopped, are a failure with its reason', async () => {
    const t = withDump('-- dump')
    await t.run(plugin)
    expect(replay(t, join(t.root, 'no-socket'))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("Can't connect to local server") as string,
    })
  })
})
