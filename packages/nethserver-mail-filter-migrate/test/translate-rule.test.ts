import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { translateRule } from '../src/translate-rule.js'

describe('an old rule', () => {
  it.each([
    ['user@domain.tld', 'user@domain.tld'],
    ["o'brien+list=a@domain.tld", "o'brien+list=a@domain.tld"],
    ['domain.tld', 'domain.tld'],
    ['localhost', 'localhost'],
    ['1.2.3.4', '1.2.3.4'],
    ['*@domain.tld', 'domain.tld'],
    ['*domain.tld', 'domain.tld'],
    ['Gr\xc3\xb6\xc3\x9fe@umlaut.tld', 'Gr\xc3\xb6\xc3\x9fe@umlaut.tld'],
    ['*@b\xc3\xbccher.tld', 'b\xc3\xbccher.tld'],
  ])('%s becomes %s', (rule, entry) => {
    expect(translateRule(rule)).toEqual({ entry })
  })

  it.each([
    ['*.domain.tld', 'stands for sub-domains alone, which the new filter cannot express'],
    ['news*@domain.tld', 'has a wildcard that the new filter does not know'],
    ['*news@domain.tld', 'has a wildcard that the new filter does not know'],
    ['*@*.tld', 'has a wildcard that the new filter does not know'],
    ['*@*', 'has a wildcard that the new filter does not know'],
    ['*@', 'has a wildcard that the new filter does not know'],
    ['*', 'has a wildcard that the new filter does not know'],
    ['**', 'has a wildcard that the new filter does not know'],
    ['**domain.tld', 'has a wildcard that the new filter does not know'],
    ['domain.*', 'has a wildcard that the new filter does not know'],
    ['us?r@domain.tld', 'has a wildcard that the new filter does not know'],
    ['*@domain.t?d', 'has a wildcard that the new filter does not know'],
    ['?@domain.tld', 'has a wildcard that the new filter does not know'],
    ['a@b.tld,c@d.tld', 'holds a comma or a pipe, which no list can hold'],
    ['a|b@domain.tld', 'holds a comma or a pipe, which no list can hold'],
    ['', 'is neither an address nor a domain'],
    ['@domain.tld', 'is neither an address nor a domain'],
    ['user@', 'is neither an address nor a domain'],
    ['a@b@c', 'is neither an address nor a domain'],
    ['.domain.tld', 'is neither an address nor a domain'],
    ['*@.domain.tld', 'is neither an address nor a domain'],
    ['two words@domain.tld', 'is neither an address nor a domain'],
    ['Anna <anna@domain.tld>', 'is neither an address nor a domain'],
    ['$(reboot)@domain.tld', 'is neither an address nor a domain'],
    ['`x`', 'is neither an address nor a domain'],
    ['line\nbreak.tld', 'is neither an address nor a domain'],
    ['back\\slash.tld', 'is neither an address nor a domain'],
  ])('"%s" has no entry: it %s', (rule, problem) => {
    expect(translateRule(rule)).toEqual({ problem })
  })

  const piece = fc.constantFrom(
    '*',
    '?',
    '@',
    '.',
    ',',
    '|',
    '\\',
    '\n',
    ' ',
    'a',
    'tld',
    '\xc3\xa0',
  )
  const nearly = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))
  const rules = fc.oneof(nearly, fc.string(), fc.emailAddress(), fc.domain())

  it('never becomes an entry with a wildcard, a comma, a pipe, a blank or a line end', () => {
    fc.assert(
      fc.property(rules, (rule) => {
        expect(translateRule(rule).entry ?? 'a').toMatch(/^[^*?,|\\\x00-\x20]+$/)
      }),
      { numRuns: 2000 },
    )
  })

  it('becomes an entry that stays as it is when it is taken for a rule', () => {
    fc.assert(
      fc.property(rules, (rule) => {
        const { entry } = translateRule(rule)
        if (entry !== undefined) expect(translateRule(entry)).toEqual({ entry })
      }),
      { numRuns: 2000 },
    )
  })
})
