import type { Plugin } from '@nethserver-migrate/core/runner'

/** What administrators call the feature of each plugin. */
export type Titles = ReadonlyMap<string, string>

export function titlesOf(plugins: readonly Plugin[]): Titles {
  return new Map(plugins.map(({ name, feature }) => [name, feature.title]))
}

/** Also for a plugin that is not installed any more, and for what no plugin says. */
export function titleOf(plugin: string, titles: Titles): string {
  return (
    titles.get(plugin) ??
    (plugin === '' ? 'The run itself' : plugin.replace(/^nethserver-(.+)-migrate$/, '$1'))
  )
}
