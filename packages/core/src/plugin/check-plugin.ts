import { PluginError } from '../errors.js'
import type { Message } from '../messages/message.js'
import { PLUGIN_API, type Plugin } from './define-plugin.js'

/**
 * Makes sure that what a plugin's bundle exports is a plugin made for this core.
 * @throws PluginError that names the plugin and what is wrong with it.
 */
export function checkPlugin(name: string, exported: unknown): Plugin {
  if (typeof exported !== 'object' || exported === null)
    throw PluginError.malformed(name, 'its default export is no plugin')
  const api = 'api' in exported ? exported.api : undefined
  if (api !== PLUGIN_API) throw PluginError.otherApi(name, api, PLUGIN_API)
  if (!isPlugin(exported)) throw PluginError.malformed(name, 'a member is missing')
  if (exported.name !== name) throw PluginError.malformed(name, `it calls itself ${exported.name}`)
  const linked = Object.values(exported.createlinks).flatMap(({ actions = {} }) =>
    Object.keys(actions),
  )
  for (const action of Object.keys(exported.actions)) {
    if (action !== name && !action.startsWith(`${name}-`))
      throw PluginError.malformed(
        name,
        `the name of its action ${action} does not begin like its own`,
      )
    if (!linked.includes(action))
      throw PluginError.malformed(name, `its action ${action} has no level`)
  }
  for (const option of Object.keys(exported.options ?? {}))
    if (!/^[a-z]+(-[a-z]+)+$/.test(option))
      throw PluginError.malformed(name, `its option ${option} is not named like-this`)
  for (const [code, message] of Object.entries<unknown>(exported.messages))
    if (!isMessage(message)) throw PluginError.malformed(name, `its message ${code} is none`)
  return exported
}

function isPlugin(value: object): value is Plugin {
  const members = new Map<string, unknown>(Object.entries(value))
  return (
    typeof members.get('name') === 'string' &&
    ['feature', 'createlinks', 'actions', 'covers', 'leavesOut', 'messages'].every((member) => {
      const part = members.get(member)
      return typeof part === 'object' && part !== null
    })
  )
}

function isMessage(value: unknown): value is Message {
  if (typeof value !== 'object' || value === null) return false
  const { means, remedy } = value as Partial<Record<keyof Message, unknown>>
  return typeof means === 'string' && means !== '' && typeof remedy === 'string'
}
