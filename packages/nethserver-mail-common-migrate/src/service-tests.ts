import type { ServiceContext, ServiceTest } from '@nethserver-migrate/core'
import { ranMail } from './migrate.js'

/** The greeting of the mail server that takes the place of an old one. Rule: README.md#check-afterwards */
export function serviceTests({ source }: ServiceContext): ServiceTest[] {
  return ranMail(source) ? [{ kind: 'smtp', record: 'postfix' }] : []
}
