import { execFileSync } from 'node:child_process'
import { lchownSync, lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, type TestContext } from 'vitest'
import { recording, testbed, type Testbed, type Tree } from '@nethserver-migrate/testkit'
import type { Action } from '../src/plugin/define-plugin.js'
import type { Report } from '../src/report/report.js'
import { firstBoot } from './helpers/first-boot.js'
import { pluginOf } from './helpers/plugin-of.js'

const HOMES = 'var/lib/nethserver/home'
const STATE = 'var/lib/nethserver/migration'

/** A program that kills the replay when it is called first; from then on the one of the machine. */
const killingOnce = (name: string) => `#!/bin/sh
[ -e /var/lib/once ] || { touch /var/lib/once; kill -9 "$(cat /${STATE}/lock | tr -dc '0-9 ' | cut -d' ' -f2)"; exit 1; }
PATH=\${PATH#*:} exec ${name} "$@"
`

const user = (name: string, uid: number) => ({ name, fullName: name, uid, props: {} })

/** Two users with their files, and a group with a folder. */
const people: Action = async ({ destination }) => {
  await destination.createUsers([user('rossi', 5001), user('verdi', 5002)])
  await destination.createGroups([{ name: 'sales', gid: 5010, members: ['rossi'], props: {} }])
  await destination.setPasswords([{ user: 'rossi', hash: '$6$salt$hash' }])
  for (const name of ['rossi', 'verdi'])
    await destination.transferTree({
      from: `homes/${name}`,
      to: `/${HOMES}/${name}`,
      owner: { user: name },
    })
  await destination.makeFolder({
    to: '/srv/sales',
    mode: 0o2770,
    owner: { user: 'root', group: 'sales' },
  })
}

const FILES: Tree = {
  'homes/rossi/notes': 'notes',
  'homes/rossi/set-id': { content: 'x', mode: 0o4755 },
  'homes/rossi/below/link': { link: '/etc/passwd' },
  'homes/verdi/letter': 'letter',
}

const bedLike = (like: 6 | 7, files: Tree = FILES) => testbed({ like, source: { files } })

/** A folder of the host that is not below `/etc` or `/var/lib` lies beside it: look at those alone. */
const homes = (bed: Testbed) => bed.manifest(HOMES).map((line) => line.replace(/ =.*/, ''))
const said = ({ findings }: Report) =>
  findings.map(({ severity, code, subject }) => `${severity} ${code} ${subject}`.trim())
const accountFiles = (bed: Testbed) =>
  ['etc/passwd', 'etc/group', 'etc/shadow'].map((name) => bed.file(name))

describe('accounts of a staged destination', () => {
  it.for([6, 7] as const)(
    'leave the files of the host (like NethServer %d), and come from its provider',
    async (like, context) => {
      const bed = bedLike(like)
      const before = accountFiles(bed)
      await bed.run(pluginOf(people))
      expect(accountFiles(bed)).not.toEqual(before)
      const boot = firstBoot(context, bed.root)
      boot.replay()
      expect(accountFiles(bed)).toEqual(before)
      expect(boot.called().slice(0, 3)).toEqual(
        like === 6
          ? [
              'signal-event user-create rossi',
              'signal-event user-create verdi',
              'signal-event group-create sales',
            ]
          : [
              'signal-event user-create rossi rossi',
              'signal-event user-create verdi verdi',
              'signal-event group-create sales rossi',
            ],
      )
    },
  )

  it('that the host has by then are not made, and get their files', async (context) => {
    const bed = bedLike(7)
    await bed.run(pluginOf(people))
    const boot = firstBoot(context, bed.root)
    boot.provide('passwd', 'rossi:x:700:700::/home/rossi:/bin/sh\n')
    boot.provide('group', 'sales:x:710:\n')
    const { counts } = boot.replay()
    expect(counts).toEqual({ done: 3, unchanged: 2, skipped: 0, failed: 0, pending: 0 })
    expect(boot.called()).toEqual(['signal-event user-create verdi verdi', 'lpasswd -f 0 rossi'])
    expect(homes(bed).slice(0, 2)).toEqual(['d 0700 700:700 rossi', 'd 0755 700:700 rossi/below'])
  })

  it('stay in the files where somebody has changed them since', async (context) => {
    const bed = bedLike(7)
    await bed.run(pluginOf(people))
    const passwd = join(bed.root, 'etc/passwd')
    writeFileSync(passwd, readFileSync(passwd, 'utf8').replace(/(rossi:.*:)[^:]+$/m, '$1/bin/zsh'))
    const report = firstBoot(context, bed.root).replay()
    expect(bed.file('etc/passwd')).toContain('/bin/zsh')
    expect(said(report)).toContain('warning changed-since /etc/passwd: rossi')
  })

  it('cannot be told from others without the undo of their import: nothing is run', async (context) => {
    const bed = bedLike(7)
    await bed.run(pluginOf(people))
    rmSync(join(bed.root, STATE, 'undo'), { recursive: true })
    const boot = firstBoot(context, bed.root)
    expect(boot.replay().refused).toBe('STAGED_ACCOUNTS_UNKNOWN')
    expect(boot.called()).toEqual([])
  })
})

describe('files of a staged destination', () => {
  it('get the ids that the host uses, with their modes, and links themselves', async (context) => {
    const bed = bedLike(7)
    await bed.run(pluginOf(people))
    const report = firstBoot(context, bed.root).replay()
    expect(homes(bed)).toEqual([
      'd 0700 30001:30001 rossi',
      'd 0755 30001:30001 rossi/below',
      'l 0777 30001:30001 rossi/below/link -> /etc/passwd',
      'f 0644 30001:30001 rossi/notes',
      'f 4755 30001:30001 rossi/set-id',
      'd 0700 30002:30002 verdi',
      'f 0644 30002:30002 verdi/letter',
    ])
    expect(said(report)).toEqual(['notice owners-given'])
    expect(report.changes.map(({ change }) => change)).toContainEqual({
      kind: 'owners',
      accounts: ['rossi', 'verdi'],
      entries: 7,
    })
  })

  it('get them before any line that comes after the accounts', async (context) => {
    const bed = bedLike(7)
    await bed.run(pluginOf(people))
    const boot = firstBoot(context, bed.root, {
      lpasswd: recording(`note=$(stat -c %u /${HOMES}/rossi/notes)`),
    })
    boot.replay()
    expect(boot.calls().map(({ note }) => note)).toContain('30001')
  })

  it('are not touched where the ids are the same', async (context) => {
    const bed = bedLike(6)
    await bed.run(pluginOf(people))
    const times = () =>
      ['rossi/notes', 'verdi/letter'].map((path) => lstatSync(join(bed.root, HOMES, path)).ctimeMs)
    const [before, owners] = [times(), homes(bed)]
    const boot = firstBoot(context, bed.root)
    boot.provide('id-rossi', '5001')
    boot.provide('id-verdi', '5002')
    boot.provide('id-sales', '5010')
    expect(said(boot.replay())).toEqual([])
    expect(homes(bed)).toEqual(owners)
    expect(owners[0]).toBe('d 0700 5001:5001 rossi')
    expect(times()).toEqual(before)
  })

  it('get them once where two accounts have changed their ids, also after a kill between', async (context) => {
    const bed = bedLike(6)
    await bed.run(pluginOf(people))
    const boot = firstBoot(context, bed.root, {
      lpasswd: recording('[ -e /var/lib/once ] || { touch /var/lib/once; kill -9 $PPID; }'),
    })
    boot.provide('id-rossi', '5002')
    boot.provide('id-verdi', '5001')
    expect(boot.replay().refused).toBe('killed')
    boot.replay()
    boot.replay()
    expect(homes(bed)).toEqual([
      'd 0700 5002:5002 rossi',
      'd 0755 5002:5002 rossi/below',
      'l 0777 5002:5002 rossi/below/link -> /etc/passwd',
      'f 0644 5002:5002 rossi/notes',
      'f 4755 5002:5002 rossi/set-id',
      'd 0700 5001:5001 verdi',
      'f 0644 5001:5001 verdi/letter',
    ])
  })

  it('get them also after a kill while it was looked for what belongs to whom', async (context) => {
    const bed = bedLike(7)
    await bed.run(pluginOf(people))
    const boot = firstBoot(context, bed.root, { getfacl: killingOnce('getfacl') })
    expect(boot.replay().refused).toBe('killed')
    expect(bed.file('etc/passwd')).not.toContain('rossi')
    boot.replay()
    expect(homes(bed)[0]).toBe('d 0700 30001:30001 rossi')
  })

  it('are root’s while their account cannot be made, and its own with the replay that makes it', async (context) => {
    const bed = bedLike(6)
    await bed.run(pluginOf(people))
    const boot = firstBoot(context, bed.root)
    const trouble = boot.provide('broken-signal-event-user-create-verdi')
    // Somebody else gets the id that she had in the staged destination.
    boot.provide('id-rossi', '5002')
    const first = boot.replay()
    expect(said(first)).toEqual([
      'error COMMAND_FAILED user-create verdi',
      'notice owners-given',
      'warning owner-unknown verdi',
    ])
    expect(homes(bed).slice(5)).toEqual(['d 0700 0:0 verdi', 'f 0644 0:0 verdi/letter'])
    rmSync(trouble)
    boot.provide('id-verdi', '6001')
    expect(said(boot.replay())).toEqual(['notice owners-given'])
    expect(homes(bed).slice(5)).toEqual(['d 0700 6001:6001 verdi', 'f 0644 6001:6001 verdi/letter'])
  })

  it('of accounts that a command of the queue makes get theirs when all has run', async (context) => {
    const bed = bedLike(7)
    await bed.run(
      pluginOf(async ({ destination }) => {
        await destination.run(['join-domain'])
        await destination.expectUsers([{ name: 'rossi', group: 'root' }])
        await destination.transferTree({
          from: 'homes/rossi',
          to: `/${HOMES}/rossi`,
          owner: { user: 'rossi' },
        })
      }),
    )
    const boot = firstBoot(context, bed.root, {
      'join-domain': recording('echo rossi:x:8001:8000::/:/bin/sh >>/var/lib/provider/passwd'),
    })
    boot.replay()
    expect(homes(bed)[0]).toBe('d 0700 8001:8000 rossi')
  })

  it('that somebody has taken away, or put a link before, are left alone', async (context) => {
    const bed = bedLike(7)
    await bed.run(pluginOf(people))
    const boot = firstBoot(context, bed.root)
    const below = join(bed.root, HOMES, 'rossi/below')
    rmSync(join(bed.root, HOMES, 'rossi/notes'))
    rmSync(below, { recursive: true })
    execFileSync('ln', ['-s', '/var/lib/outside', below])
    lchownSync(below, 10_001, 10_000)
    execFileSync('mkdir', [join(bed.root, 'var/lib/outside')])
    writeFileSync(join(bed.root, 'var/lib/outside/link'), 'x')
    lchownSync(join(bed.root, 'var/lib/outside/link'), 10_001, 10_000)
    const report = boot.replay()
    expect(said(report)).toContain(`error owners-not-given /${HOMES}/rossi/below/link`)
    expect(lstatSync(join(bed.root, 'var/lib/outside/link')).uid).toBe(10_001)
  })
})

describe('rights in ACLs', () => {
  const share = '/var/lib/nethserver/ibay/share'
  const aclOf = ({ root }: Testbed, path: string) =>
    execFileSync('getfacl', ['--numeric', '--omit-header', join(root, share, path)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .split('\n')
      .filter(Boolean)

  async function bedWithAcls(context: TestContext): Promise<Testbed> {
    const bed = bedLike(7, { 'share/plan': 'plan', 'share/folder/x': 'x' })
    await bed.run(
      pluginOf(async ({ destination }) => {
        await destination.createUsers([user('rossi', 5001)])
        await destination.createGroups([{ name: 'sales', gid: 5010, members: [], props: {} }])
        const moved = await destination.transferTree({
          from: 'share',
          to: share,
          owner: { user: 'root', group: 'root' },
        })
        const entries = (...texts: string[]) =>
          texts.map((text) => {
            const [tag = '', name = '', permissions = ''] = text.replace('default:', '').split(':')
            return {
              tag: tag as 'user' | 'group' | 'mask' | 'other',
              ...(name === '' ? {} : { name }),
              permissions,
              isDefault: text.startsWith('default:'),
            }
          })
        await destination.restoreAcls([
          {
            folder: share,
            broughtBy: [moved],
            files: [
              {
                path: 'plan',
                acl: {
                  owner: 'rossi',
                  group: 'sales',
                  entries: entries(
                    ...['user::rw-', 'user:rossi:r--', 'group::r--', 'group:sales:rw-'],
                    ...['mask::rw-', 'other::---'],
                  ),
                },
              },
              {
                path: 'folder',
                acl: {
                  entries: entries(
                    ...['user::rwx', 'group::r-x', 'other::---', 'default:user::rwx'],
                    ...['default:user:rossi:rwx', 'default:group::r-x', 'default:mask::rwx'],
                    'default:other::---',
                  ),
                },
              },
            ],
          },
        ])
      }),
    )
    if (!aclOf(bed, 'plan').includes('user:10001:r--')) context.skip('no ACLs on this filesystem')
    return bed
  }

  it('name the accounts by the ids that the host uses', async (context) => {
    const bed = await bedWithAcls(context)
    firstBoot(context, bed.root).replay()
    expect(aclOf(bed, 'plan')).toEqual([
      ...['user::rw-', 'user:30001:r--', 'group::r--', 'group:30002:rw-', 'mask::rw-'],
      'other::---',
    ])
    expect(aclOf(bed, 'folder')).toEqual([
      ...['user::rwx', 'group::r-x', 'other::---', 'default:user::rwx'],
      ...['default:user:30001:rwx', 'default:group::r-x', 'default:mask::rwx'],
      'default:other::---',
    ])
    const { uid, gid } = lstatSync(join(bed.root, share, 'plan'))
    expect([uid, gid]).toEqual([30_001, 30_002])
  })

  it('are set again after a kill in the middle', async (context) => {
    const bed = await bedWithAcls(context)
    const boot = firstBoot(context, bed.root, {
      setfacl: killingOnce('setfacl'),
    })
    expect(boot.replay().refused).toBe('killed')
    boot.replay()
    expect(aclOf(bed, 'plan')).toContain('user:30001:r--')
    const { uid, gid } = lstatSync(join(bed.root, share, 'plan'))
    expect([uid, gid]).toEqual([30_001, 30_002])
  })

  it('are nobody’s while the account is missing', async (context) => {
    const bed = await bedWithAcls(context)
    const boot = firstBoot(context, bed.root)
    const trouble = boot.provide('broken-signal-event-user-create-rossi-rossi')
    boot.replay()
    expect(aclOf(bed, 'plan').filter((line) => line.startsWith('user:'))).toEqual(['user::rw-'])
    rmSync(trouble)
    boot.replay()
    expect(aclOf(bed, 'plan')).toContain('user:30002:r--')
  })
})

describe('an import into the tree after a replay', () => {
  it('adds to the queue: only what is new runs, and only its files get other ids', async (context) => {
    const bed = bedLike(7)
    await bed.run(pluginOf(people))
    const boot = firstBoot(context, bed.root)
    boot.replay()
    const before = boot.called().length
    const old = homes(bed)
    // What has the id of the first account of the next import belongs to somebody else.
    const letter = join(bed.root, HOMES, 'verdi/letter')
    lchownSync(letter, 10_001, 10_001)
    writeFileSync(join(bed.source, 'new'), 'new')
    await bed.run(
      pluginOf(async ({ destination }) => {
        await destination.createUsers([user('bruni', 5003)])
        await destination.copyFile({
          from: 'new',
          to: `/${HOMES}/bruni/new`,
          mode: 0o600,
          owner: { user: 'bruni' },
          whenDifferent: 'save-old',
        })
        await destination.signalEvent('mail-save')
      }),
    )
    boot.replay()
    expect(boot.called().slice(before)).toEqual([
      'signal-event user-create bruni bruni',
      'signal-event mail-save',
    ])
    expect(homes(bed).slice(2)).toEqual([...old.slice(0, -1), 'f 0644 10001:10001 verdi/letter'])
    expect(homes(bed)[1]).toBe('f 0600 30004:30004 bruni/new')
  })
})
