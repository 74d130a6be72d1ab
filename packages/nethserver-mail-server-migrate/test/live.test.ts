import { testbed, liveHost } from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'

const NAME = 'nethserver-mail-server-migrate'
const VMAIL = 'var/lib/nethserver/vmail'

describe('a live NethServer 6', () => {
  // The test lays /var/lib over a folder of the same disk: two mounts, which no rename can cross.
  it('gets its mail also where it lies on another mount of the same filesystem', (context) => {
    context.skip(process.getuid?.() !== 0, 'owners of files can be given by root alone')
    const { source } = testbed({
      source: {
        databases: { accounts: 'anna=user\n' },
        files: {
          'home/e-smith/files/users/anna/Maildir/cur/1:2,S': { content: 'one', mode: 0o664 },
          'home/e-smith/files/users/anna/Maildir/.A\\B/cur/2': 'two',
          'home/e-smith/Maildir/cur/3': 'three',
        },
      },
    })
    const host = liveHost(context, {
      events: ['nethserver-mail-server-update', 'user-modify'],
      files: {
        'etc/passwd':
          'root:x:0:0::/root:/bin/sh\nvmail:x:0:0::/:/bin/false\nanna:x:6001:6001::/:/bin/sh\nadmin:x:9999:9999::/:/bin/sh\n',
        'etc/group': 'root:x:0:\nvmail:x:0:\n',
        'var/lib/nethserver/db/configuration':
          'DomainName=newserver.test\nSystemName=ns\ndovecot=service\n',
        'var/lib/nethserver/db/accounts': 'anna=user\n',
        'var/lib/nethserver/db/domains': '',
      },
    })
    const report = host.import(NAME, new URL('../src/index.ts', import.meta.url), source)
    expect(report.findings.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(
      ['anna/Maildir/cur/1:2,S', 'anna/Maildir/.A\\5cB/cur/2', 'admin/Maildir/cur/3'].map((path) =>
        host.file(`${VMAIL}/${path}`),
      ),
    ).toEqual(['one', 'two', 'three'])
    expect(host.calls()).toContain('signal-event nethserver-mail-server-update')
  })
})
