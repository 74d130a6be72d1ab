import { describe, expect, it } from 'vitest'
import { isNetbiosName } from '../src/plugin/netbios-name.js'

describe('the name of a Windows computer or workgroup', () => {
  it.each(['ACME', 'acme', 'WS-01', 'A_1', '2ND', 'FIFTEEN-LETTERS'])('may be %s', (name) => {
    expect(isNetbiosName(name)).toBe(true)
  })

  it.each(['', ' ', 'SIXTEEN-LETTERS-', 'MY GROUP', 'A.B', '-x', 'A$', 'a;b', 'B\xfcro', 'A\n'])(
    'may not be "%s"',
    (name) => {
      expect(isNetbiosName(name)).toBe(false)
    },
  )
})
