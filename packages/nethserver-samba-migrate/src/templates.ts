import type { Destination } from '@nethserver-migrate/core'

/** Writes what the record smb says where Samba reads it; false when Samba cannot have that. */
export async function expandTemplates(destination: Destination): Promise<boolean> {
  const { outcome } = await destination.run(['expand-template', '/etc/samba/smb.conf'])
  if (outcome === 'failed') return false
  await destination.run(['expand-template', '/etc/hosts'])
  return true
}
