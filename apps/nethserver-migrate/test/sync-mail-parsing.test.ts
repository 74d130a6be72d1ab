// What people and rsync write, and what becomes of it.
import { spawnSync } from 'node:child_process'
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { toBuffer } from '@nethserver-migrate/core/runner'
import { temporaryFolder } from '@nethserver-migrate/testkit'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ENTRY_FORMAT, parseEntry, type RemoteEntry } from '../src/old-server/listing.js'
import { parseRemote } from '../src/old-server/remote.js'

it.each([
  ['root@mail.example.com', undefined, 'mail.example.com', 'ssh root@mail.example.com'],
  ['oldserver', undefined, 'oldserver', 'ssh oldserver'],
  ['root@192.168.1.1', '2222', '192.168.1.1:2222', 'ssh -p 2222 root@192.168.1.1'],
  ['root@[fe80::1]', '22', '[fe80::1]:22', 'ssh -p 22 root@fe80::1'],
])('takes %s as an address', (address, port, name, login) => {
  const remote = parseRemote(address, port)
  const shell = `ssh -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=30${port === undefined ? '' : ` -p ${port}`}`
  const ssh = [...shell.split(' '), address.replace(/[[\]]/g, '')]
  const from = `--from ${address}${port === undefined ? '' : ` --port ${port}`}`
  expect(remote).toEqual({ address, name, shell, ssh, login, from })
})

it.each(['', '-x', 'root@', 'root@-x', '@host', 'a@b@c', 'host:/etc', 'ho st', '$(id)', '::1'])(
  'refuses the address "%s"',
  (address) => {
    expect(() => parseRemote(address)).toThrow(/is no address of a server/)
  },
)

it.each(['', '0', '-1', '65536', '22x', ' 22', '1e3'])('refuses the port "%s"', (port) => {
  expect(() => parseRemote('root@host', port)).toThrow(/is no port/)
})

it('lets no address through that is an option, or that a shell or rsync would take apart', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'aZ0-_.@[]:/ $;\n') }), (text) => {
      let address: string
      try {
        address = parseRemote(text).address
      } catch {
        return
      }
      expect(address).toMatch(/^[A-Za-z0-9_[][A-Za-z0-9._@[\]:-]*$/)
      expect(address.replace(/\[.*\]/, '')).not.toContain(':')
    }),
    { numRuns: 2000 },
  )
})

it('reads every name, size and time as rsync prints them', () => {
  const byte = fc.integer({ min: 1, max: 255 }).filter((code) => code !== 0x2f)
  const name = fc
    .array(byte, { minLength: 1, maxLength: 60 })
    .map((codes) => String.fromCharCode(...codes))
    .filter((text) => text !== '.' && text !== '..')
  const entry = fc.record({
    isFolder: fc.boolean(),
    size: fc.integer({ min: 0, max: 2000 }),
    seconds: fc.integer({ min: 0, max: 2 ** 31 }),
  })
  fc.assert(
    fc.property(
      fc.dictionary(name, entry, { minKeys: 1, maxKeys: 20, noNullPrototype: true }),
      (tree) => {
        const folder = temporaryFolder()
        const expected = Object.entries(tree).map(
          ([path, { isFolder, size, seconds }]): RemoteEntry => {
            const file = toBuffer(`${folder}/${path}`)
            if (isFolder) mkdirSync(file)
            else writeFileSync(file, Buffer.alloc(size))
            utimesSync(file, seconds, seconds)
            return {
              kind: isFolder ? 'directory' : 'file',
              path,
              size: isFolder ? -1 : size,
              seconds,
            }
          },
        )
        expect(listed(folder).sort(byPath)).toEqual(expected.sort(byPath))
      },
    ),
    { numRuns: 20 },
  )
})

it('reads links, and nothing else that rsync prints', () => {
  expect(
    ['cL+++++++++ 5 2012/11/18-01:02:03 a b', 'skipping non-regular file "x"', ''].map(parseEntry),
  ).toEqual([{ kind: 'link', path: 'a b', size: 5, seconds: 1353200523 }, undefined, undefined])
})

/** What the real rsync says of a folder. */
function listed(folder: string): RemoteEntry[] {
  const { stdout } = spawnSync(
    'rsync',
    ['--dry-run', '--recursive', '--times', ENTRY_FORMAT, `${folder}/`, join(folder, 'none')],
    { encoding: 'latin1', env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } },
  )
  return stdout
    .split('\n')
    .flatMap((line) => parseEntry(line) ?? [])
    .filter(({ path }) => path !== '.')
    .map((entry) => (entry.kind === 'directory' ? { ...entry, size: -1 } : entry))
}

function byPath(a: RemoteEntry, b: RemoteEntry): number {
  return a.path < b.path ? -1 : 1
}
