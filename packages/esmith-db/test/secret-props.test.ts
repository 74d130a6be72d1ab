import { expect, it } from 'vitest'
import { isSecretProp } from '../src/index.js'

it.each([
  'Password',
  'Passwd',
  'passwd',
  'DbPassword',
  'mysqlPassword',
  'HttpPasswordValue',
  'SmartHostPassword',
  'BindPassword',
  'MasterPass',
  'SlavePass',
  'FtpPassword',
  'DynDNSPassword',
  'PASSWORD',
  'TKTAuthSecret',
  'SecretKey',
  'Passphrase',
  'PasswordHash',
  'Password2',
  'rootpw',
  'ApiKey',
  'AccessToken',
])('%s holds a secret', (name) => {
  expect(isSecretProp(name)).toBe(true)
})

it.each([
  'PasswordSet',
  'PasswordAuthentication',
  'Passwordable',
  'passwordstrength',
  'MaxPassAge',
  'MinPassAge',
  'PassExpires',
  'PassWarning',
  'Passthrough',
  'ProxyPass',
  'AccessBypassList',
  'PermitRootLogin',
  'KeyFile',
  'KrbKeytabPath',
  'status',
  'type',
  '',
])('%s holds none', (name) => {
  expect(isSecretProp(name)).toBe(false)
})
