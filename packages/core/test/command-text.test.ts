import { describe, expect, it } from 'vitest'
import { commandText } from '../src/host/command-text.js'

describe('a command for people', () => {
  it('is its words', () => {
    expect(commandText(['net', 'setlocalsid', 'S-1-5-21-1-2-3'])).toBe(
      'net setlocalsid S-1-5-21-1-2-3',
    )
  })

  it('has long words cut short, and a text of several lines after the first', () => {
    expect(commandText(['sh', '-c', 'umask 077\nfound=1', 'x'.repeat(61), 'last'])).toBe(
      `sh -c umask 077… ${'x'.repeat(60)}… last`,
    )
  })
})
