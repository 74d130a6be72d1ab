import { expect, it, type TestContext } from 'vitest'
import { liveHost, type Tree } from '@nethserver-migrate/testkit'
import { ibay } from './helpers/file-server.js'

const FOLDER = '/var/lib/nethserver/ibay'

/** A backup that was extracted on the host. */
const SOURCE: Tree = {
  'var/lib/migration/home/e-smith/db/configuration': 'SystemName=old\n',
  'var/lib/migration/home/e-smith/db/accounts': ibay('shop', { Group: 'shared' }),
  'var/lib/migration/home/e-smith/db/acls.dump':
    '# file: shop/note\n# owner: mrossi\n# group: shared\nuser::rw-\nuser:mrossi:r--\nuser:leaver:rwx\ngroup::---\nmask::r--\nother::---\n',
  'var/lib/migration/home/e-smith/files/ibays/shop/note': { content: 'x', mode: 0o640 },
}

/**
 * A host with an Active Directory, in whatever domain this machine is. In the namespace of a test
 * there is one id for all accounts.
 */
function host(context: TestContext) {
  return liveHost(context, {
    files: {
      'var/lib/nethserver/db/configuration':
        'nsdc=service|status|enabled\nsssd=service|Provider|ad\n',
      ...SOURCE,
    },
    events: ['ibay-create'],
    programs: {
      getent:
        'case $1:$2 in\n' +
        'passwd:admin*|passwd:mrossi*) echo "$2:x:0:0::/x:" ;;\n' +
        'group:"domain users"*) echo "$2:x:0:" ;;\n' +
        'esac',
      // What the event finds.
      'signal-event': `cd ${FOLDER}/$2 && { stat -c '%a %n' . *; sed -n "s/^$2=\\(ibay[^|]*\\).*/\\1/p" /var/lib/nethserver/db/accounts; } >/var/lib/seen`,
      setfacl: 'exec /usr/bin/setfacl "$@"',
    },
  })
}

it('on a live host, files come first, then the event, then ACLs', (context) => {
  const live = host(context)
  const plugin = new URL('../src/index.ts', import.meta.url)
  const { findings } = live.import('nethserver-ibays-migrate', plugin, '/var/lib/migration')
  expect(findings.map(({ code, message }) => `${code}: ${message.slice(0, 11)}`)).toEqual([
    'acl-name-unknown: user leaver',
  ])
  expect(live.file('var/lib/seen')).toBe('700 .\n640 note\nibay\n')
  const calls = live.calls().filter((call) => !call.startsWith('getent'))
  expect(calls).toEqual(['signal-event ibay-create shop', 'setfacl --restore=-'])
  expect(live.file('var/lib/nethserver/db/accounts')).toContain('|OwningGroup|domain users')

  const again = live.import('nethserver-ibays-migrate', plugin, '/var/lib/migration')
  expect([again.status, again.events]).toEqual(['unchanged', []])
})
