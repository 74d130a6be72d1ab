/** One task of a turbo run, as its summary file tells it. */
export interface Task {
  taskId: string
  task: string
  package: string
  directory: string
  execution?: { exitCode: number }
}

/** What vitest's JSON reporter writes, as far as it is counted here. */
export interface Results {
  testResults: {
    name: string
    status: string
    message: string
    assertionResults: { fullName: string; status: string; meta: { skipReason?: string } }[]
  }[]
}

export interface Summary {
  passed: number
  failed: string[]
  skipped: string[]
}

/** Adds up a run: each failed test and each other failed step is one failure. */
export function summarize(
  tasks: readonly Task[],
  resultsOf: (task: Task) => Results | undefined,
): Summary {
  const summaries = tasks.map((task) =>
    task.task === 'test' ? summarizeTests(task, resultsOf(task)) : summarizeStep(task),
  )
  return {
    passed: summaries.reduce((sum, { passed }) => sum + passed, 0),
    failed: summaries.flatMap(({ failed }) => failed),
    skipped: summaries.flatMap(({ skipped }) => skipped),
  }
}

function summarizeStep(task: Task): Summary {
  const failed = hasFailed(task) ? [task.package === '//' ? task.task : task.taskId] : []
  return { passed: 0, failed, skipped: [] }
}

function summarizeTests(task: Task, results: Results | undefined): Summary {
  const summary: Summary = { passed: 0, failed: [], skipped: [] }
  for (const file of results?.testResults ?? []) {
    const failedBefore = summary.failed.length
    for (const { fullName, status, meta } of file.assertionResults) {
      const name = `${task.package}: ${fullName}`
      if (status === 'passed') summary.passed += 1
      else if (status === 'failed') summary.failed.push(name)
      else summary.skipped.push(meta.skipReason ? `${name} (${meta.skipReason})` : name)
    }
    if (file.status === 'failed' && summary.failed.length === failedBefore) {
      summary.failed.push(`${task.package}: ${file.name}: ${file.message}`)
    }
  }
  if (!results) {
    summary.failed.push(`${task.package}: no results (does it use the vitest preset?)`)
  } else if (hasFailed(task) && summary.failed.length === 0) {
    summary.failed.push(`${task.package}: failed outside of its tests`)
  }
  return summary
}

function hasFailed({ execution }: Task): boolean {
  return execution?.exitCode !== 0
}

/** The closing lines of the test command. */
export function formatSummary({ passed, failed, skipped }: Summary): string {
  return [
    ...section('Skipped', skipped),
    ...section('Failed', failed),
    `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`,
  ].join('\n')
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`), '']
}
