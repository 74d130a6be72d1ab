import { describe, expect, it } from 'vitest'
import type { Outcome, ReportedChange } from '../src/destination/changes.js'
import { logLine, type Finding } from '../src/report/findings.js'
import { countOutcomes, mergeReports, overallOutcome, type Report } from '../src/report/report.js'

const finding = (action: string, message = action): Finding => ({
  severity: 'warning',
  plugin: action,
  action,
  code: 'message',
  subject: '',
  message,
  remedy: '',
})

const change = (action: string, outcome: Outcome): ReportedChange => ({
  plugin: action,
  action,
  outcome,
  change: { kind: 'user', name: action },
})

const signalled = (action: string) => ({
  plugin: action,
  action,
  name: `${action}-save`,
  args: [],
})

/** The report of a run of one action. */
function reportOf(action: string, outcome: Outcome, unchanged = 0): Report {
  const changes = outcome === 'unchanged' ? [] : [change(action, outcome)]
  return {
    status: outcome,
    source: '/backup',
    destination: '/',
    actions: [{ plugin: action, action, level: 20, outcome, unchanged, seconds: 1 }],
    counts: countOutcomes(outcome === 'unchanged' ? [] : [outcome], unchanged),
    findings: [finding(action)],
    events: [signalled(action)],
    changes,
  }
}

describe('the outcome of several things together', () => {
  it.each<[Outcome[], Outcome]>([
    [[], 'unchanged'],
    [['unchanged'], 'unchanged'],
    [['skipped'], 'skipped'],
    [['skipped', 'unchanged'], 'unchanged'],
    [['skipped', 'done'], 'done'],
    [['unchanged', 'done', 'skipped'], 'done'],
    [['done', 'pending'], 'pending'],
    [['pending', 'failed', 'done'], 'failed'],
  ])('of %j is %s', (outcomes, expected) => {
    expect(overallOutcome(outcomes)).toBe(expected)
    expect(overallOutcome([...outcomes].reverse())).toBe(expected)
  })
})

describe('the counts of a report', () => {
  it('are those of the changes, and of what held already', () => {
    expect(countOutcomes(['done', 'done', 'skipped', 'failed', 'pending'], 7)).toEqual({
      done: 2,
      unchanged: 7,
      skipped: 1,
      failed: 1,
      pending: 1,
    })
  })
})

describe('the reports of single actions under one event', () => {
  it('are joined in the order of the actions', () => {
    const merged = mergeReports(reportOf('base', 'done', 3), reportOf('mail', 'failed', 4))
    expect(merged).toEqual({
      status: 'failed',
      source: '/backup',
      destination: '/',
      actions: [
        { plugin: 'base', action: 'base', level: 20, outcome: 'done', unchanged: 3, seconds: 1 },
        { plugin: 'mail', action: 'mail', level: 20, outcome: 'failed', unchanged: 4, seconds: 1 },
      ],
      counts: { done: 1, unchanged: 7, skipped: 0, failed: 1, pending: 0 },
      findings: [finding('base'), finding('mail')],
      events: [signalled('base'), signalled('mail')],
      changes: [change('base', 'done'), change('mail', 'failed')],
    })
  })

  it('are joined in the order of the links, whichever process came first', () => {
    const [base, mail] = [reportOf('base', 'done', 3), reportOf('mail', 'failed', 4)]
    expect(mergeReports(mail, base)).toEqual(mergeReports(base, mail))
  })

  it('have the last word on an action that was run again: all it did is there once', () => {
    const before = mergeReports(reportOf('base', 'failed', 3), reportOf('mail', 'done'))
    const merged = mergeReports(before, reportOf('base', 'done', 2))
    expect(merged).toEqual(mergeReports(reportOf('base', 'done', 2), reportOf('mail', 'done')))
  })

  it('keep what a run says that is not about an action', () => {
    const general = { ...reportOf('base', 'done'), findings: [finding('')] }
    expect(mergeReports(general, reportOf('mail', 'done')).findings).toEqual([
      finding(''),
      finding('mail'),
    ])
  })

  it('say once what each process says of the whole run', () => {
    const general = (action: string) => ({
      ...reportOf(action, 'done'),
      findings: [finding(''), finding(action)],
    })
    expect(mergeReports(general('base'), general('mail')).findings).toEqual([
      finding(''),
      finding('base'),
      finding('mail'),
    ])
  })

  it('have what an interrupted action did once, when it was run to its end since', () => {
    const interrupted: Report = { ...reportOf('mail', 'pending'), actions: [] }
    const before = mergeReports(reportOf('base', 'done'), interrupted)
    expect(before.changes).toEqual([change('base', 'done'), change('mail', 'pending')])
    expect(mergeReports(before, reportOf('mail', 'done')).changes).toEqual([
      change('base', 'done'),
      change('mail', 'done'),
    ])
  })

  it('are not done when the last one was interrupted', () => {
    const interrupted: Report = { ...reportOf('mail', 'pending'), actions: [] }
    expect(mergeReports(reportOf('base', 'done'), interrupted).status).toBe('pending')
  })
})

describe('the log line of a finding', () => {
  it.each<[Partial<Finding>, string]>([
    [{ severity: 'error' }, '[ERROR] mail: three mailboxes failed'],
    [{ severity: 'warning' }, '[WARNING] mail: three mailboxes failed'],
    [{ severity: 'notice' }, '[NOTICE] mail: three mailboxes failed'],
    [{ severity: 'info' }, '[INFO] mail: three mailboxes failed'],
    [{ severity: 'follow-up' }, '[NOTICE] mail: to do: three mailboxes failed'],
    [
      { severity: 'error', remedy: 'Look at them' },
      '[ERROR] mail: three mailboxes failed. Look at them',
    ],
    [{ severity: 'info', action: '' }, '[INFO] three mailboxes failed'],
  ])('of %j is: %s', (members, line) => {
    expect(logLine({ ...finding('mail', 'three mailboxes failed'), ...members })).toBe(line)
  })
})
