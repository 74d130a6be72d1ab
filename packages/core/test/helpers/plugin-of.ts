import { createlinks } from '../../src/plugin/createlinks.js'
import { definePlugin, type Action, type Plugin } from '../../src/plugin/define-plugin.js'

/** A plugin with one action, for a feature that every destination has. */
export function pluginOf(
  action: Action,
  { name = 'nethserver-test-migrate', level = 50 }: { name?: string; level?: number } = {},
): Plugin {
  return definePlugin({
    name,
    feature: {
      title: name,
      packages: [name.replace(/-migrate$/, '')],
      records: [{ database: 'configuration', key: 'SystemName' }],
      inUse: () => true,
    },
    createlinks: createlinks({ 'migration-import': { actions: { [name]: level } } }),
    actions: { [name]: action },
    covers: [],
    leavesOut: [],
    messages: {},
  })
}
