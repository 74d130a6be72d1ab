import { toDisplay, type MigrateContext, type Source } from '@nethserver-migrate/core'

/** Custom templates are never migrated: a person has to look at each. Rule: README.md#leaves-out */
export function reportCustomTemplates({ source, log }: MigrateContext): void {
  const fragments = ['templates-custom', 'templates-user-custom'].flatMap((folder) =>
    filesBelow(source, `etc/e-smith/${folder}`),
  )
  if (fragments.length === 0) return
  log.followUp(
    `look at the ${fragments.length} custom templates of the old server, none is migrated: ${fragments.map(toDisplay).join(', ')}`,
    {
      code: 'custom-templates',
      subject: 'etc/e-smith/templates-custom',
      remedy:
        'Compare each with the new template below /etc/e-smith/templates before you write it anew',
    },
  )
}

function filesBelow(source: Source, folder: string): string[] {
  return source.list(folder).flatMap((name) => {
    const path = `${folder}/${name}`
    return source.kind(path) === 'directory' ? filesBelow(source, path) : [path]
  })
}
