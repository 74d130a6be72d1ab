/** Without these there is nothing to migrate. */
export const DATABASES = ['home/e-smith/db/configuration', 'home/e-smith/db/accounts']

/**
 * What a full backup of the old server holds that plugins look at, below its `/`. Not every server
 * has all of it. docs/sync.md#what-is-fetched
 */
export const SOURCE_PATHS = [
  'home/e-smith/',
  'root/',
  ...['passwd', 'shadow', 'group', 'gshadow', 'sudoers'].map((name) => `etc/${name}`),
  ...['templates-custom', 'templates-user-custom'].map((name) => `etc/e-smith/${name}/`),
  ...['secrets.tdb', 'smbpasswd'].map((name) => `etc/samba/${name}`),
  ...['ssh', 'cups', 'dovecot'].map((name) => `etc/${name}/`),
]
