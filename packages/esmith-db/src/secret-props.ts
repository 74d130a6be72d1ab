const SECRET =
  /(?:(?<!by|com|proxy)pass(?:wd|word|phrase|code)?|pwd?|secret|token|psk|(?:api|private|shared|secret)key)(?:value|hash)?\d*$/i

/**
 * Whether a prop of this name holds a secret, which no log, report or plan may show. It goes by
 * how the name ends: `mysqlPassword` and `BindPassword` are secrets, `PasswordSet` and
 * `MaxPassAge` are settings. The key of a type-only record (`DynDNSPassword`) can be asked too.
 */
export function isSecretProp(name: string): boolean {
  return SECRET.test(name) || /secret/i.test(name)
}
