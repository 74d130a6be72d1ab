// The page of a report, in a real browser: Debian's Chromium, without a network.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { temporaryFolder } from '@nethserver-migrate/testkit'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Report } from '@nethserver-migrate/core/runner'
import { command, expectImported, expectSuccess, SAMPLE_BACKUP } from './helpers/command.js'

const CHROMIUM = '/usr/bin/chromium'
const ARGUMENTS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split(
    ' ',
  )

const STATE = 'var/lib/nethserver/migration'

let browser: Browser | undefined
let folder = ''
let root = ''
let file = ''
let report: Report

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nethserver-migrate-page-'))
  root = join(folder, 'destination')
  expectSuccess(await command('stage', root))
  expectImported(await command('import', SAMPLE_BACKUP, '--root', root, '--quiet'))
  file = join(folder, 'report.html')
  expectSuccess(await command('report', '--root', root, '--html', file))
  report = JSON.parse(readFileSync(join(root, STATE, 'report.json'), 'utf8')) as Report
  if (existsSync(CHROMIUM))
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS })
}, 120_000)

afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('the page of a report', () => {
  let page: Page
  let complaints: string[]
  let requests: string[]
  /** The only one that is asked for anything. */
  let address: string

  beforeEach(async (context) => {
    if (!browser) return context.skip(`no ${CHROMIUM} here`)
    page = await browser.newPage({ viewport: { width: 390, height: 800 } })
    complaints = []
    requests = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('request', (request) => requests.push(request.url()))
    address = pathToFileURL(file).href
    await page.goto(address)
    return async () => {
      await page.close()
      expect({ complaints, requests: [...new Set(requests)] }).toEqual({
        complaints: [],
        requests: [address],
      })
    }
  })

  /** What of a kind can be seen, whether or not its group is open. */
  const shown = (selector: string) => page.locator(`${selector}:not([hidden])`).count()
  const of = (severity: string) =>
    report.findings.filter((finding) => finding.severity === severity).length

  it('has every change, message, task and part of the old server', async () => {
    expect(await shown('.change')).toBe(report.changes.length)
    expect(await shown('.tasks > .item')).toBe(of('follow-up'))
    expect(await shown('.finding')).toBe(report.findings.length - of('follow-up'))
    expect(await shown('.entry')).toBe(report.accounting?.entries.length)
  })

  it('finds what is searched for, in any part, and opens where it is', async () => {
    await page.fill('#search', 'WelcomeText')
    await page.locator('#hits', { hasText: 'found' }).waitFor()
    const texts = await page.locator('.item:not([hidden])').allTextContents()
    expect(texts.length).toBeGreaterThan(1)
    expect(texts.filter((text) => !text.toLowerCase().includes('welcometext'))).toEqual([])
    expect(await page.locator('#hits').textContent()).toBe(`${texts.length} found`)
    expect(await page.locator('.change:not([hidden]) .diff').isVisible()).toBe(true)
    await page.fill('#search', 'there is nothing of this name')
    await page.locator('#nothing').waitFor({ state: 'visible' })
  })

  it('shows what was said of the chosen severities and plugin only', async () => {
    await page.uncheck('input[value=warning]')
    expect(await shown('.finding.warning')).toBe(0)
    expect(await shown('.finding.notice')).toBe(of('notice'))
    await page.check('input[value=warning]')
    await page.selectOption('#plugin', 'nethserver-hosts-migrate')
    const own = report.findings.filter(({ plugin }) => plugin === 'nethserver-hosts-migrate')
    expect((await shown('.finding')) + (await shown('.tasks > .item'))).toBe(own.length)
    expect(await shown('.change')).toBe(
      report.changes.filter(({ plugin }) => plugin === 'nethserver-hosts-migrate').length,
    )
  })

  it('remembers which tasks are done, for this run', async () => {
    await page.locator('.tasks input').nth(0).check()
    await page.locator('.tasks input').nth(2).check()
    expect(await page.locator('#done-words').textContent()).toBe(`2 of ${of('follow-up')} done`)
    await page.reload()
    expect(await page.locator('.tasks input:checked').count()).toBe(2)
    expect(await page.locator('.tasks .done').count()).toBe(2)
    await page.check('#hide-done')
    expect(await page.locator('.tasks .done').first().isVisible()).toBe(false)
    const kept = await page.evaluate('Object.keys(localStorage)')
    expect(kept).toEqual([`nethserver-migrate ${report.run?.id ?? ''}`])
  })

  it('is never wider than a phone, and has everything open on paper', async () => {
    const width = () => page.evaluate('document.documentElement.scrollWidth')
    expect(await width()).toBeLessThanOrEqual(390)
    await page.evaluate(`window.dispatchEvent(new Event('beforeprint'))`)
    expect(await page.locator('details.group:not([open])').count()).toBe(0)
    expect(await width()).toBeLessThanOrEqual(390)
    expect((await page.pdf()).subarray(0, 5).toString()).toBe('%PDF-')
  })

  it('shows names as they are, whatever they would mean in a page', async () => {
    const hostile = `<img src=x onerror=alert(1)>"'&</script><script>alert(2)</script>`
    const evil: Report = {
      ...report,
      source: hostile,
      findings: [
        {
          severity: 'follow-up',
          plugin: hostile,
          action: '',
          code: hostile,
          subject: hostile,
          message: hostile,
          remedy: hostile,
        },
      ],
    }
    const run = report.run?.id ?? ''
    const kept = join(root, STATE, 'report-20000101T000000Z-1.json')
    writeFileSync(kept, JSON.stringify({ ...evil, run: { id: run, at: hostile, event: hostile } }))
    const hostilePage = join(temporaryFolder(), 'evil.html')
    expectSuccess(await command('report', '2000', '--root', root, '--html', hostilePage))
    requests.length = 0
    address = pathToFileURL(hostilePage).href
    await page.goto(address)
    expect(await page.locator('.tasks span').first().textContent()).toBe(hostile)
    expect(await page.locator('img').count()).toBe(0)
  })
})

it('is a file of its own, for its owner alone', () => {
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const text = readFileSync(file, 'utf8')
  expect(
    [...text.matchAll(/<(?:script|link|img|iframe)[^>]*(?:src|href)="([^"]*)"/g)].map(
      ([, url]) => url,
    ),
  ).toEqual([])
})

it('shows a plan, too', async () => {
  const folder = temporaryFolder()
  const page = join(folder, 'plan.html')
  const other = join(folder, 'destination')
  expectSuccess(await command('stage', other))
  const { stdout } = await command('plan', SAMPLE_BACKUP, '--root', other, '--html', page)
  expect(stdout).toContain(`  Report  ${page}`)
  expect(/<h1>\s*Migration plan\s*<.h1>/.test(readFileSync(page, 'utf8'))).toBe(true)
})
