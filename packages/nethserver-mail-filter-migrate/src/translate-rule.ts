/** An entry for a list of the new filter, or why there is none. */
export type Translation =
  | { readonly entry: string; readonly problem?: never }
  | { readonly entry?: never; readonly problem: string }

// Bytes above 7f belong to letters of UTF-8 or Latin-1.
const LOCAL_PART = /^[\w!#%&'+/=^~.\x80-\xff-]+$/
const DOMAIN = /^[\w\x80-\xff-][\w.\x80-\xff-]*$/

/**
 * An old rule as an entry of the new filter, which knows addresses and whole domains.
 * Rule: README.md#rules
 */
export function translateRule(rule: string): Translation {
  if (/[,|]/.test(rule)) return { problem: 'holds a comma or a pipe, which no list can hold' }
  if (rule.startsWith('*.'))
    return { problem: 'stands for sub-domains alone, which the new filter cannot express' }
  const entry = /^\*@?([^@]+)$/.exec(rule)?.[1] ?? rule
  if (/[*?]/.test(entry)) return { problem: 'has a wildcard that the new filter does not know' }
  return isAddress(entry) || DOMAIN.test(entry)
    ? { entry }
    : { problem: 'is neither an address nor a domain' }
}

function isAddress(text: string): boolean {
  const [user = '', domain = '', ...more] = text.split('@')
  return LOCAL_PART.test(user) && DOMAIN.test(domain) && more.length === 0
}
