import { RecordTable } from '@nethserver-migrate/esmith-db'
import { expect, it } from 'vitest'
import { firstOfEachSpelling } from '../src/plugin/first-of-each-spelling.js'
import type { Finding } from '../src/report/findings.js'
import { actionLog } from '../src/report/log.js'

it('keeps the first in byte order of keys that differ by case, and names the others', () => {
  const said: Finding[] = []
  const records = RecordTable.parse('info=a\nInfo=b\nINFO=c\nother=d\n').records()
  const kept = firstOfEachSpelling(
    'accounts',
    records,
    actionLog('p', 'a', (finding) => said.push(finding)),
  )
  expect(kept.map(({ key }) => key)).toEqual(['INFO', 'other'])
  expect(said.map(({ severity, code, subject }) => [severity, code, subject])).toEqual([
    ['warning', 'key-differs-by-case', 'accounts/Info'],
    ['warning', 'key-differs-by-case', 'accounts/info'],
  ])
})

it('tells letters above ASCII apart by their bytes', () => {
  const records = RecordTable.parse('caf\xe9=a\ncaf\xc9=b\n').records()
  const silent = actionLog('p', 'a', () => undefined)
  expect(firstOfEachSpelling('accounts', records, silent)).toHaveLength(2)
})
