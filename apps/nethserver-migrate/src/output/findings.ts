import type { Finding } from '@nethserver-migrate/core/runner'

/** Tasks and unknown parts stand together in the summary, information in the log. */
export function isWorthALine({ severity, code }: Finding): boolean {
  return severity !== 'info' && severity !== 'follow-up' && code !== 'unknown'
}
