import { describe, expect, it } from 'vitest'
import { checkPlugin } from '../src/plugin/check-plugin.js'
import { PLUGIN_API } from '../src/plugin/define-plugin.js'
import { pluginOf } from './helpers/plugin-of.js'
import { thrownBy } from './helpers/thrown-by.js'

const NAME = 'nethserver-test-migrate'
const plugin = pluginOf(() => undefined)

describe('checking a plugin', () => {
  it('accepts one that was made for this API', () => {
    expect(checkPlugin(NAME, plugin)).toBe(plugin)
  })

  it('accepts further actions whose names begin with its own and a dash', () => {
    const action = `${NAME}-mailboxes`
    const larger = {
      ...plugin,
      actions: { ...plugin.actions, [action]: () => undefined },
      createlinks: {
        ...plugin.createlinks,
        'nethserver-test-update': { actions: { [action]: 40 } },
      },
    }
    expect(checkPlugin(NAME, larger)).toBe(larger)
  })

  it.each([
    [PLUGIN_API + 1, String(PLUGIN_API + 1)],
    [0, '0'],
    ['1', '1'],
    [undefined, 'undefined'],
  ])('refuses one made for API %j, naming both numbers', (api, shown) => {
    expect(thrownBy(() => checkPlugin(NAME, { ...plugin, api }))).toMatchObject({
      code: 'PLUGIN_OTHER_API',
      message: `plugin ${NAME} was made for plugin API ${shown}, this nethserver-migrate has API ${PLUGIN_API}`,
      hint: 'install the release of the plugin that fits, or update nethserver-migrate',
    })
  })

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'its default export is no plugin'],
    ['null', null, 'its default export is no plugin'],
    ['a function', () => plugin, 'its default export is no plugin'],
    ...Object.keys(plugin)
      .filter((member) => member !== 'api')
      .map((member): [string, unknown, string] => [
        `one without ${member}`,
        Object.fromEntries(Object.entries(plugin).filter(([name]) => name !== member)),
        'a member is missing',
      ]),
    ...['createlinks', 'actions', 'feature', 'covers', 'leavesOut', 'messages'].map(
      (member): [string, unknown, string] => [
        `one whose ${member} is null`,
        { ...plugin, [member]: null },
        'a member is missing',
      ],
    ),
    [
      'one whose option is no word pair',
      { ...plugin, options: { force: 'over everything' } },
      'its option force is not named like-this',
    ],
    ...[null, {}, { means: '', remedy: '' }, { means: 'It is gone.' }].map(
      (message): [string, unknown, string] => [
        `one with the message ${JSON.stringify(message)}`,
        { ...plugin, messages: { gone: message } },
        'its message gone is none',
      ],
    ),
    [
      'one of another name',
      { ...plugin, name: 'nethserver-fax-migrate' },
      'it calls itself nethserver-fax-migrate',
    ],
    [
      'an action with a foreign name',
      { ...plugin, actions: { 'nethserver-fax-migrate': () => undefined } },
      'the name of its action nethserver-fax-migrate does not begin like its own',
    ],
    [
      'an action whose name only begins like its own',
      { ...plugin, actions: { [`${NAME}d`]: () => undefined } },
      `the name of its action ${NAME}d does not begin like its own`,
    ],
    [
      'an action without a level',
      { ...plugin, actions: { ...plugin.actions, [`${NAME}-late`]: () => undefined } },
      `its action ${NAME}-late has no level`,
    ],
  ])('refuses %s', (_what, exported, problem) => {
    expect(thrownBy(() => checkPlugin(NAME, exported))).toMatchObject({
      code: 'PLUGIN_MALFORMED',
      message: `plugin ${NAME} is malformed: ${problem}`,
      hint: 'report it to the maintainers of the plugin',
    })
  })
})
