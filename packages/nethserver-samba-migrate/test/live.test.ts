import { liveNethServer, programs, recording } from '@nethserver-migrate/testkit'
import { describe, expect, it, type TestContext } from 'vitest'
import { oldServer, SID, SMBPASSWD } from './helpers/old-server.js'

const PLUGIN = 'nethserver-samba-migrate'
const MODULE = new URL('../src/index.ts', import.meta.url)

const NETHSERVER6 =
  'SystemName=ns\nsmb=service|ServerRole|WS|Sid||Workgroup||status|enabled\nnmb=service|status|enabled\n'

/** An old domain controller and a live NethServer 6, some of whose programs fail. */
function live(context: TestContext, fails: string) {
  const source = oldServer({
    smb: { ServerRole: 'PDC' },
    accounts: 'ws01$=machine|Uid|5044\n',
    smbpasswd: SMBPASSWD,
  }).source
  const host = liveNethServer(context, {
    databases: {
      configuration: NETHSERVER6,
      accounts: 'anna=user|Uid|5001\nbruno=user|Uid|5002\n',
    },
    events: ['nethserver-samba-save', 'user-modify'],
  })
  const body = `case "$\{0##*/} $*" in ${fails}) exit 1 ;; esac`
  const { calls } = programs({
    ...Object.fromEntries(
      [
        'expand-template',
        'ldapdelete',
        'ldapsearch',
        'net',
        'pdbedit',
        'service',
        'signal-event',
      ].map((name) => [name, recording(body)]),
    ),
    net: recording(`${body}
test "$1" = getdomainsid && echo "SID for domain ACME is: ${SID}"; true`),
    ldapmodify: recording(
      'case "$input" in *"uid=bruno,"*) echo "no such object"; exit 32 ;; esac',
    ),
    getent: '#!/bin/sh\ntest "$1" = passwd && echo "$2:x:5001:5001::/home:/bin/sh"\n',
    logger: '#!/bin/sh\n',
    rpm: '#!/bin/sh\n',
  })
  return {
    ...host,
    import: () => {
      const { findings, status } = host.import(PLUGIN, MODULE, source)
      return {
        status,
        said: findings
          .filter(({ severity, code }) => severity !== 'info' && code !== 'group-without-sid')
          .map(({ severity, code, subject }) => `${severity} ${code} ${subject}`),
        messages: findings.map(({ message }) => message),
      }
    },
    calls: () =>
      calls()
        .map(({ argv }) => argv.join(' '))
        .map((words) => words.replace(/ \(objectClass.*/, '')),
  }
}

describe('a domain on a live NethServer 6', () => {
  it('names each account that the directory refuses, and goes on with the others', (context) => {
    const host = live(context, 'nothing')
    const { said, messages } = host.import()
    expect(said).toEqual([
      'follow-up check-samba-role configuration/smb',
      'error COMMAND_FAILED user bruno',
      'follow-up directory-not-changed dc=directory,dc=nh',
    ])
    expect(messages).toContain(
      'user bruno: ldapmodify -Q -Y EXTERNAL -H ldapi:/// -c: exit status 32 (no such object)',
    )
    expect(messages).toContain('the directory did not take what Samba needs of user bruno')
    expect(host.record('accounts', 'anna')).toBe('anna=user|Samba|enabled|Uid|5001')
    expect(host.record('accounts', 'bruno')).toBe('bruno=user|Uid|5002')
    expect(host.calls().slice(-2)).toEqual([
      'signal-event user-modify anna',
      'signal-event nethserver-samba-save',
    ])
  })

  it('goes no further when the SID cannot be set, and runs Samba again; the next import tries anew', (context) => {
    const host = live(context, '"net setlocalsid"*')
    const { status, said } = host.import()
    expect(status).toBe('failed')
    expect(said).toEqual([
      'follow-up check-samba-role configuration/smb',
      `error COMMAND_FAILED net setlocalsid ${SID}`,
      'error STEP_LEFT_OUT forget old domains of the directory',
      'error STEP_LEFT_OUT read the SID back',
    ])
    const once = [
      'service smb stop',
      'service nmb stop',
      `net setdomainsid ${SID}`,
      `net setlocalsid ${SID}`,
      'service smb start',
      'service nmb start',
    ]
    expect(host.calls().slice(1)).toEqual(once)
    expect(host.record('configuration', 'smb')).toContain('|Sid||')
    host.import()
    expect(host.calls().slice(7)).toEqual(once)
  })

  it('stops before anything else when smb.conf cannot be written', (context) => {
    const host = live(context, '*smb.conf')
    const { said } = host.import()
    expect(said).toEqual([
      'follow-up check-samba-role configuration/smb',
      'error COMMAND_FAILED expand-template /etc/samba/smb.conf',
    ])
    expect(host.calls()).toEqual(['expand-template /etc/samba/smb.conf'])
  })

  it('is not kept from going on by a workstation that cannot be added', (context) => {
    const host = live(context, 'pdbedit*')
    const { said } = host.import()
    expect(said).toContain('error COMMAND_FAILED pdbedit -a -m -u ws01$')
    expect(host.calls()).toContain('signal-event user-modify anna')
  })
})
