/** The event whose actions merge what was fetched from the old server. */
export const SYNC_EVENT = 'migration-sync-mail'
