import { fixtureSource, testbed } from '@nethserver-migrate/testkit'
import { describe, expect, it } from 'vitest'
import plugin from '../src/index.js'
import { faxServer, filesIn, stateOf } from './helpers/fax-server.js'

const EVENT = 'nethserver-hylafax-update'
const PORTS = 'TCPPort|1|TCPPorts|1,2|UDPPort|3|UDPPorts|4'
/** A record of the destination, and of which generation it makes it, in a few props. */
const HERE = {
  6: 'hylafax=service|FaxDevice|ttyS0|PrintReceived|disabled|PrinterName| |SendTo|faxmaster|TCPPort|4559|access|private\n',
  7: 'hylafax=configuration|FaxDevice|ttyS0|PrintReceived|disabled|PrinterName| |SendTo|\nhylafax-hfaxd=service|TCPPort|4559|access|green\nsssd=service|Provider|ldap\n',
}
const FILES = {
  'fax/docs/sent/doc000000040.pdf': 'sent',
  'fax/docs/received/fax000000010.pdf': 'received',
  'hylafax/info/+390005550101': 'partner',
  'hylafax/recvq/fax000000012.tif': 'page',
  'hylafax/recvq/seqf': '13\n',
  'hylafax/log/seqf': '43\n',
  'hylafax/etc/config.ttyS0': 'ModemType: Class1\n',
  'db/mysql/faxdb.dump': '-- dump',
}

describe.each([6, 7] as const)('the settings of a fax server like NethServer %s', (like) => {
  it('win over those of the destination, but the ports and Auth; its record keeps what else it has', async () => {
    const t = faxServer({
      like,
      here: HERE[like],
      hylafax: `Auth|pam|FaxDevice|ttyUSB1|FaxNumber|+39 0541|SendTo|root|access|public|${PORTS}`,
    })
    await t.run(plugin)
    expect(t.record('configuration', 'hylafax')).toBe(
      {
        6: 'hylafax=service|FaxDevice|ttyUSB1|FaxNumber|+39 0541|PrintReceived|disabled|PrinterName| |SendTo|root|TCPPort|4559|access|public',
        7: 'hylafax=configuration|FaxDevice|ttyUSB1|FaxNumber|+39 0541|PrintReceived|disabled|PrinterName| |SendTo|root',
      }[like],
    )
    if (like === 7)
      expect(t.record('configuration', 'hylafax-hfaxd')).toBe(
        'hylafax-hfaxd=service|TCPPort|4559|access|green',
      )
    expect(t.events()).toEqual([EVENT])
  })

  it('lose Auth also where the destination has one', async () => {
    const t = faxServer({ like, here: HERE[like].replace('|FaxDevice', '|Auth|none|FaxDevice') })
    await t.run(plugin)
    expect(t.record('configuration', 'hylafax')).not.toContain('Auth')
  })

  it.each([
    ['PrinterName|laser|PrintReceived|disabled', 'enabled', 'laser'],
    ['PrinterName||PrintReceived|enabled', 'disabled', ''],
    ['PrinterName| |PrintReceived|enabled', 'disabled', ' '],
    ['PrintReceived|enabled', 'disabled', ' '],
  ])('print what is received while there is a printer: %s', async (hylafax, print, printer) => {
    const t = faxServer({ like, here: HERE[like], hylafax })
    await t.run(plugin)
    expect(t.record('configuration', 'hylafax')).toContain(
      `|PrintReceived|${print}|PrinterName|${printer}|`,
    )
  })

  it('make the record where the package is installed without it', async () => {
    const t = faxServer({
      like,
      here: { 6: 'SystemName=ns\n', 7: 'sssd=service|Provider|ldap\n' }[like],
      hylafax: `Auth|pam|FaxDevice|ttyS0|access|private|${PORTS}|status|enabled`,
      filesHere: { 'var/lib/nethserver/migration/packages': 'nethserver-fax\n' },
    })
    await t.run(plugin)
    expect(t.record('configuration', 'hylafax')).toBe(
      {
        6: 'hylafax=service|FaxDevice|ttyS0|PrintReceived|disabled|access|private|status|enabled',
        7: 'hylafax=configuration|FaxDevice|ttyS0|PrintReceived|disabled|status|enabled',
      }[like],
    )
    expect(t.events()).toEqual([EVENT])
  })

  it('that the destination does not know are carried over and named', async () => {
    const t = faxServer({ like, here: HERE[like], hylafax: 'AreaCode|0541|Auth|pam' })
    const { report } = await t.run(plugin)
    expect(t.record('configuration', 'hylafax')).toContain('|AreaCode|0541|')
    expect(report.findings.find(({ code }) => code === 'unused-props')).toMatchObject({
      severity: 'info',
      message: 'the fax server of the destination does not use AreaCode: carried over all the same',
    })
  })

  it('and its files stay where they are when the source has no record: no event, no error', async () => {
    const t = testbed({
      like,
      source: {
        files: Object.fromEntries(
          Object.entries(FILES)
            .filter(([path]) => !path.startsWith('db/'))
            .map(([path, text]) => [`home/e-smith/${path}`, text]),
        ),
      },
    })
    const before = stateOf(t)
    const { messages, said, report } = await t.run(plugin)
    expect(messages).toEqual([
      'home/e-smith/db/mysql/faxdb.dump is not in the source, the fax web interface was not in use: nothing to do',
      'hylafax is not in the source configuration database: nothing to do',
    ])
    expect([said, report.status]).toEqual([[], 'unchanged'])
    expect(stateOf(t)).toEqual(before)
  })
})

describe('the type of the record', () => {
  it.each([
    [
      'configuration',
      'the services have records of their own',
      'hylafax=service\nhylafax-hfaxd=service\n',
    ],
    ['configuration', 'it is that already', 'hylafax=configuration\n'],
    ['service', 'it is that and nothing else is there', 'hylafax=service\n'],
  ])('is %s where %s', async (type, _why, here) => {
    const t = faxServer({ here })
    await t.run(plugin)
    expect(t.record('configuration', 'hylafax')).toBe(
      `hylafax=${type}|PrintReceived|disabled|status|enabled`,
    )
  })
})

describe.each([6, 7] as const)('a whole fax server, imported like NethServer %s', (like) => {
  it('changes nothing and signals nothing the second time, and asks for the same checks', async () => {
    const t = faxServer({ like, files: FILES })
    const first = await t.run(plugin)
    const before = stateOf(t)
    const { report, said } = await t.run(plugin)
    expect([report.status, report.events]).toEqual(['unchanged', []])
    expect(stateOf(t)).toEqual(before)
    expect(said).toEqual(first.said)
  })

  it('becomes what the plan says, and planning changes nothing', async () => {
    const t = faxServer({ like, files: FILES })
    const before = stateOf(t)
    const plan = await t.run(plugin, { mode: 'plan' })
    expect(stateOf(t)).toEqual(before)
    const { report, said } = await t.run(plugin)
    expect(plan.report.changes.map(({ change }) => change)).toEqual(
      report.changes.map(({ change }) => change),
    )
    expect([plan.report.events, plan.said]).toEqual([report.events, said])
  })

  it('is skipped, with a notice, where no fax server is installed', async () => {
    const t = faxServer({ like, files: FILES, here: 'SystemName=ns\n' })
    const before = stateOf(t)
    const { said } = await t.run(plugin)
    expect(said).toEqual(['notice feature-not-installed nethserver-fax-migrate'])
    expect(stateOf(t)).toEqual(before)
  })

  it('comes from the sample backup: settings, documents, queues, modem, and what to check', async () => {
    const t = testbed({ like, source: { folder: fixtureSource() } })
    const { said, messages } = await t.run(plugin)
    expect(t.record('configuration', 'hylafax')).toBe(
      `hylafax=${{ 6: 'service', 7: 'configuration' }[like]}|AreaCode|0541|AreaNumber||ClientShowReceived|disabled|CountryCode|39|DateFormat|DMY|Debug|disabled|DispatchFileType|pdf|FaxDevice|ttyS0|FaxName|fax|FaxNumber|+39 0000 000000|InternationalPrefix|00|Lang|it|LongDistance|0|Mail2Fax|enabled|Mode|both|NotifyFileType|pdf|NotifyMaster|never|PBXPrefix||PaperSize|A4|PrintReceived|disabled|PrinterName||Resolution|196|RingsBeforeAnswer|1|SambaFax|enabled|SambaFaxName|SambaFax|SendReport|enabled|SendTo|mail|SummaryReport|enabled${{ 6: '|TCPPort|4559', 7: '' }[like]}|WaitDialTone|enabled${{ 6: '|access|private', 7: '' }[like]}|status|enabled`,
    )
    expect(filesIn(t, 'var/lib/nethserver/fax')).toEqual([
      'd 0775 docs',
      'd 0775 docs/received',
      'f 0660 docs/received/fax000000010.pdf',
      'f 0660 docs/received/fax000000011.tif',
      'd 0775 docs/sent',
      'f 0660 docs/sent/doc000000040.pdf',
      'f 0660 docs/sent/offer, final è.pdf',
      'd 0775 docs/sentm',
      'f 0660 docs/sentm/doc000000041.pdf',
    ])
    expect(filesIn(t, 'var/spool/hylafax').filter((line) => line.startsWith('f'))).toEqual([
      'f 0600 docq/seqf',
      'f 0644 etc/config.ttyS0',
      'f 0644 info/+390005550101',
      'f 0644 info/+390005550102',
      'f 0600 log/seqf',
      'f 0600 recvq/fax000000012.tif',
      'f 0600 recvq/seqf',
      'f 0600 sendq/seqf',
    ])
    expect(
      ['log', 'sendq', 'docq', 'recvq'].map((name) => t.file(`var/spool/hylafax/${name}/seqf`)),
    ).toEqual(['43\n', '41\n', '42\n', '13\n'])
    expect(said).toEqual([
      'follow-up check-modem-file /var/spool/hylafax/etc/config.ttyS0',
      'warning fax-recipient-unknown configuration/hylafax SendTo',
      'follow-up set-fax-recipient configuration/hylafax SendTo',
      'follow-up check-fax-device configuration/hylafax FaxDevice',
      'follow-up check-fax-notification configuration/hylafax',
    ])
    expect(messages).toContain(
      'check who is told of incoming faxes, and how (old → new): SendTo mail → mail, NotifyMaster never → never, NotifyFileType pdf → pdf, DispatchFileType pdf → pdf, PrinterName empty → empty, PrintReceived not set → disabled',
    )
    expect(t.events()).toEqual([expect.stringMatching(/^run: mysql /), EVENT])
  })
})
