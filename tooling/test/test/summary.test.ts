import { describe, expect, it } from 'vitest'
import { formatSummary, summarize, type Results, type Task } from '../src/summary.js'

const step = (task: string, exitCode: number): Task => ({
  taskId: `//#${task}`,
  task,
  package: '//',
  directory: '',
  execution: { exitCode },
})
const tests = (exitCode: number): Task => ({ ...step('test', exitCode), package: 'core' })

function results(...assertions: Results['testResults'][number]['assertionResults']): Results {
  const failed = assertions.some(({ status }) => status === 'failed')
  const status = failed ? 'failed' : 'passed'
  return {
    testResults: [{ name: 'a.test.ts', status, message: '', assertionResults: assertions }],
  }
}
const test = (fullName: string, status: string, skipReason?: string) => ({
  fullName,
  status,
  meta: skipReason ? { skipReason } : {},
})

describe('summarize', () => {
  it('counts tests that pass, fail and are skipped, and names the reason of a skip', () => {
    const all = results(
      test('adds', 'passed'),
      test('locks', 'skipped', 'no flock here'),
      test('later', 'todo'),
      test('divides', 'failed'),
    )
    expect(summarize([tests(1)], () => all)).toEqual({
      passed: 1,
      failed: ['core: divides'],
      skipped: ['core: locks (no flock here)', 'core: later'],
    })
  })

  it('counts a failed step as one failure', () => {
    const run = summarize([step('lint', 1), step('typecheck', 0)], () => undefined)
    expect(run).toEqual({ passed: 0, failed: ['lint'], skipped: [] })
  })

  it('counts a step that never ended as one failure', () => {
    const unfinished = { taskId: '//#lint', task: 'lint', package: '//', directory: '' }
    expect(summarize([unfinished], () => undefined).failed).toEqual(['lint'])
  })

  it('counts a package whose tests left no result as one failure', () => {
    const run = summarize([tests(0)], () => undefined)
    expect(run.failed).toEqual(['core: no results (does it use the vitest preset?)'])
  })

  it('counts a test file that cannot be loaded as one failure', () => {
    const broken = {
      testResults: [
        { name: 'a.test.ts', status: 'failed', message: 'no such module', assertionResults: [] },
      ],
    }
    expect(summarize([tests(1)], () => broken).failed).toEqual(['core: a.test.ts: no such module'])
  })

  it('counts a test command that fails although every test passed as one failure', () => {
    const run = summarize([tests(1)], () => results(test('adds', 'passed')))
    expect(run.failed).toEqual(['core: failed outside of its tests'])
  })
})

describe('formatSummary', () => {
  it('ends with the one line that says it all', () => {
    expect(formatSummary({ passed: 3, failed: ['lint'], skipped: ['core: locks'] })).toBe(
      'Skipped:\n  core: locks\n\nFailed:\n  lint\n\n3 passed, 1 failed, 1 skipped',
    )
    expect(formatSummary({ passed: 3, failed: [], skipped: [] })).toBe(
      '3 passed, 0 failed, 0 skipped',
    )
  })
})
