import { type EsmithRecord, type Source } from '@nethserver-migrate/core'

/** The host names under which the old server showed an ibay as a site of its own. */
export function sitesOf(ibay: string, source: Source): string[] {
  return domains(source)
    .filter(({ props }) => props['Content'] === ibay)
    .flatMap(({ key }) => hostsOf(key, source))
}

/** Domains whose content is no ibay of the old server. */
export function domainsWithoutIbay(source: Source): EsmithRecord[] {
  return domains(source).filter(({ props }) => {
    const content = props['Content'] ?? ''
    return content !== '' && source.accounts.type(content) !== 'ibay'
  })
}

/** A domain, and its `www` where that was a name of the old server. */
export function hostsOf(domain: string, source: Source): string[] {
  const www = `www.${domain}`
  const isSelf = /^self$/i.test(source.database('hosts')?.prop(www, 'HostType') ?? '')
  return isSelf ? [domain, www] : [domain]
}

function domains(source: Source): readonly EsmithRecord[] {
  return source.database('domains')?.records('domain') ?? []
}
