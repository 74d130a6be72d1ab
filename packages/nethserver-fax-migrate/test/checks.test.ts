import { describe, expect, it } from 'vitest'
import { deviceProblem } from '../src/checks.js'
import plugin from '../src/index.js'
import { faxServer, type FaxServer } from './helpers/fax-server.js'

const QUIET = 'FaxDevice|ttyS0|SendTo|root'

/** Findings of one code: `severity: message [remedy]`. */
async function findings(code: string, server: FaxServer): Promise<string[]> {
  const { report } = await faxServer(server).run(plugin)
  return report.findings
    .filter((finding) => finding.code === code)
    .map(({ severity, message, remedy }) => `${severity}: ${message} [${remedy}]`)
}

describe.each([6, 7] as const)('SendTo of a fax server like NethServer %s', (like) => {
  const unknown = async (sendTo: string, server: FaxServer = {}) =>
    findings('fax-recipient-unknown', { like, hylafax: `SendTo|${sendTo}`, ...server })

  it.each([
    'ghost',
    'mail',
    'ghost@newserver.test',
    'GHOST@NewServer.test',
    '@example.org',
    '@newserver.test',
  ])('that names nobody who gets mail here is a warning: %s', async (sendTo) => {
    expect(await unknown(sendTo)).toEqual([
      `warning: received faxes are sent to ${sendTo}: no user, group or address of the destination []`,
    ])
  })

  it.each([
    '',
    ' ',
    'admin',
    'root',
    'postmaster',
    'mrossi',
    'sales',
    'mrossi@newserver.test',
    'fax@newserver.test',
    'info',
    'fax@example.org',
    'mrossi, sales,fax@example.org',
  ])('that names a user, a group, an address here, or one elsewhere, is fine: "%s"', async (to) => {
    const server: FaxServer = {
      accounts: 'fax@newserver.test=pseudonym|Account|root\ninfo@=pseudonym|Account|root\n',
      filesHere: {
        'etc/passwd': 'uucp:x:10:14::/:/bin/sh\nmrossi:x:5001:5001::/home/mrossi:/bin/sh\n',
        'etc/group': 'uucp:x:14:\nsales:x:5017:\n',
      },
    }
    expect(await unknown(to, server)).toEqual([])
  })

  it('of several names has those that are unknown in its warning, and a task with the command', async () => {
    const server = { like, hylafax: 'SendTo|ghost,root, nobody@newserver.test' }
    expect(await unknown('ghost,root, nobody@newserver.test')).toEqual([
      'warning: received faxes are sent to ghost, nobody@newserver.test: no user, group or address of the destination []',
    ])
    expect(await findings('set-fax-recipient', server)).toEqual([
      'follow-up: decide who gets received faxes: SendTo names ghost, nobody@newserver.test [Run config setprop hylafax SendTo ADDRESS, then run signal-event nethserver-hylafax-update]',
    ])
  })

  it('is that of the destination where the old server says nothing', async () => {
    expect(await findings('fax-recipient-unknown', { like, hylafax: 'FaxDevice|ttyS0' })).toEqual(
      [],
    )
  })
})

describe.each([6, 7] as const)('PrinterName of a fax server like NethServer %s', (like) => {
  const filesHere = {
    'etc/cups/printers.conf':
      '# <Printer comment>\n<DefaultPrinter laser>\nDeviceURI socket://x\n</Printer>\n<Printer Label_1>\n</Printer>\n',
    'etc/cups/classes.conf': '<Class floor1>\nPrinter laser\n</Class>\n',
  }

  it.each(['laser', 'LASER', 'label_1', 'floor1', '', ' '])(
    'that is a printer or a class of the destination, or not set, is fine: "%s"',
    async (name) => {
      const server = { like, hylafax: `${QUIET}|PrinterName|${name}`, filesHere }
      expect(await findings('fax-printer-unknown', server)).toEqual([])
    },
  )

  it.each([
    ['ink', filesHere],
    ['comment', filesHere],
    ['laser', {}],
  ])('that is none of them is a warning: %s', async (name, files) => {
    const server = { like, hylafax: `${QUIET}|PrinterName|${name}`, filesHere: files }
    expect(await findings('fax-printer-unknown', server)).toEqual([
      `warning: received faxes are printed on ${name}: the destination has no such printer [Add the printer, or name another one in PrinterName]`,
    ])
  })
})

describe('FaxDevice', () => {
  it.each([
    ['SendTo|root', 'FaxDevice was not set on the old server: ttyS0 of the destination stays'],
    ['SendTo|root|FaxDevice|', 'FaxDevice is not set: the fax server has no modem'],
    ['SendTo|root|FaxDevice| ', 'FaxDevice is not set: the fax server has no modem'],
  ])('that is absent is a warning on a NethServer 7: %s', async (hylafax, message) => {
    expect(await findings('fax-device-missing', { like: 7, hylafax })).toEqual([
      `warning: ${message} [Connect the modem, run config setprop hylafax FaxDevice DEVICE, then run signal-event nethserver-hylafax-update]`,
    ])
    expect(await findings('fax-device-missing', { like: 6, hylafax })).toEqual([])
  })

  it.each([6, 7] as const)('is to be checked on a NethServer %s in any case', async (like) => {
    expect(await findings('fax-device-missing', { like, hylafax: QUIET })).toEqual([])
    expect(await findings('check-fax-device', { like, hylafax: QUIET })).toEqual([
      'follow-up: check that the modem is ttyS0 on this server [Run ls -l /dev/ttyS0]',
    ])
  })

  it('is a problem where the host has no such device, and none where that cannot be known', () => {
    const problem = (exists: boolean | undefined) =>
      deviceProblem({ FaxDevice: 'ttyUSB0' }, 'ttyUSB0', exists)
    expect([problem(false), problem(true), problem(undefined)]).toEqual([
      'the destination has no modem /dev/ttyUSB0',
      undefined,
      undefined,
    ])
  })
})

describe('the notification of incoming faxes', () => {
  it('is to be checked, with the values of both servers', async () => {
    expect(
      await findings('check-fax-notification', {
        like: 6,
        hylafax: 'DispatchFileType|tiff|NotifyMaster|always|NotifyFileType|a\\|b|PrinterName|laser',
      }),
    ).toEqual([
      'follow-up: check who is told of incoming faxes, and how (old → new): SendTo not set → faxmaster, NotifyMaster always → always, NotifyFileType a|b → ab, DispatchFileType tiff → tiff, PrinterName laser → laser, PrintReceived not set → enabled [Change what is wrong with config setprop hylafax PROP VALUE, then run signal-event nethserver-hylafax-update]',
    ])
  })
})
