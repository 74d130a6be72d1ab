import { writeFileSync } from 'node:fs'
import { describeError, type Report } from '@nethserver-migrate/core/runner'
import { ReportError } from '../output/run-files.js'
import type { Titles } from '../output/titles.js'
import { reportPage } from './page.js'

/**
 * Writes the page of a report; readable for its owner only, since it names everything.
 * @throws ReportError when the file cannot be written.
 */
export function writePage(file: string, report: Report, titles: Titles, isPlan = false): void {
  try {
    writeFileSync(file, reportPage(report, titles, isPlan), { mode: 0o600 })
  } catch (error) {
    throw new ReportError(
      'PAGE_NOT_WRITTEN',
      `the page cannot be written: ${describeError(error).message}`,
      'name a file in a folder that exists',
    )
  }
}
