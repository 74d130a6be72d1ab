import { describe, expect, it } from 'vitest'
import { testbed } from '@nethserver-migrate/testkit'
import { accountNameProblem, isReservedAccount } from '../src/plugin/account-names.js'
import { importable } from '../src/plugin/importable.js'
import { pluginOf } from './helpers/plugin-of.js'

/** What a destination makes of the props of an old service. */
async function imported(
  props: Readonly<Record<string, string>>,
  configuration: string,
): Promise<Record<string, string>> {
  const results: Record<string, string>[] = []
  await testbed({
    destination: { databases: { configuration: `SystemName=ns\n${configuration}` } },
  }).run(
    pluginOf(({ destination }) => {
      results.push(importable(props, destination))
    }),
  )
  return results[0] ?? {}
}

const ZONES = 'sssd=service|Provider|ldap\nsshd=service|access|green,red\n'
const NAMES = 'sshd=service|access|private\n'

describe('the props of an old service', () => {
  it.each(['TCPPort', 'TCPPorts', 'UDPPort', 'UDPPorts'])(
    'are imported without %s',
    async (port) => {
      const props = { [port]: '22', status: 'enabled', SmartHostPort: '587' }
      for (const configuration of [ZONES, NAMES])
        expect(await imported(props, configuration)).toEqual({
          status: 'enabled',
          SmartHostPort: '587',
        })
    },
  )

  it.each([
    ['private', 'green', 'private'],
    ['public', 'green,red', 'public'],
    ['localhost', '', 'localhost'],
    ['none', '', 'none'],
    ['green', 'green', 'green'],
    ['', '', ''],
    ['constructor', 'constructor', 'constructor'],
  ])('have the access %j as zones %j, or as the name %j', async (access, zones, name) => {
    expect(await imported({ access }, ZONES)).toEqual({ access: zones })
    expect(await imported({ access }, NAMES)).toEqual({ access: name })
  })

  it.each([
    [
      'zones when a service names one',
      'a=service|access|red,green\nb=service|access|private\n',
      'green',
    ],
    ['names when a service has one', 'sssd=service\na=service|access|public\n', 'private'],
    ['zones with sssd when no service says anything', 'sssd=service\n', 'green'],
    ['names without sssd when no service says anything', '', 'private'],
  ])('are in the words of the destination: %s', async (_what, configuration, expected) => {
    expect(await imported({ access: 'private' }, configuration)).toEqual({ access: expected })
  })
})

describe('the name of an account', () => {
  it.each(['a', 'rossi', 'm.rossi', 'm-r_2', 'a'.repeat(31)])('may be %s', (name) => {
    expect(accountNameProblem(name, 31)).toBeUndefined()
  })

  it.each([
    ['', 'does not begin with a small letter from a to z'],
    ['Rossi', 'does not begin with a small letter from a to z'],
    ['1rossi', 'does not begin with a small letter from a to z'],
    ['-rf', 'does not begin with a small letter from a to z'],
    ['../etc', 'does not begin with a small letter from a to z'],
    ['rossI', 'may hold only a to z, 0 to 9, dot, dash and underscore'],
    ['a b', 'may hold only a to z, 0 to 9, dot, dash and underscore'],
    ['a;b', 'may hold only a to z, 0 to 9, dot, dash and underscore'],
    ['a/b', 'may hold only a to z, 0 to 9, dot, dash and underscore'],
    ['a\n', 'may hold only a to z, 0 to 9, dot, dash and underscore'],
    ['jos\xe9', 'may hold only a to z, 0 to 9, dot, dash and underscore'],
    ['rossi.', 'ends in a dot'],
    ['a'.repeat(32), 'is longer than 31 characters'],
  ])('may not be %j: it %s', (name, problem) => {
    expect(accountNameProblem(name, 31)).toBe(problem)
  })

  it.each(['administrator', 'guest', 'krbtgt', 'Administrator', 'KRBTGT', 'root', 'admin'])(
    'belongs to the system when it is %s',
    (name) => {
      expect(isReservedAccount(name)).toBe(true)
    },
  )

  it.each(['shared', 'locals', 'domain users', 'Domain Users', 'faxmaster'])(
    'belongs to the system as a group when it is %s',
    (name) => {
      expect(isReservedAccount(name)).toBe(true)
    },
  )

  it('is free when it only contains such a name', () => {
    expect(['admin2', 'guests', 'root.mail'].map(isReservedAccount)).toEqual([false, false, false])
  })
})
