import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser'
import {
  NO_SIBLING,
  ONE_WAY,
  PARTS_ABOVE,
  TESTS_ALONE,
  plugins,
  testkit,
  type Part,
} from './parts.js'

const RULES: IForbiddenRuleType[] = [
  ...PARTS_ABOVE.map(([part, above]) => ({
    name: ONE_WAY,
    from: { path: `^${part.folder}/` },
    to: { path: above.map(importsOf) },
  })),
  {
    name: NO_SIBLING,
    from: { path: `^packages/(${plugins.name})/` },
    to: { path: importsOf(plugins), pathNot: '^(packages/)?$1(/|$)' },
  },
  {
    name: TESTS_ALONE,
    from: {
      path: '^(packages|apps)/[^/]+/(src/|createlinks\\.ts$)',
      pathNot: `^${testkit.folder}/`,
    },
    to: { path: importsOf(testkit) },
  },
  {
    name: 'imports form no circle',
    from: {},
    to: { circular: true },
  },
]

/** What the imports of packages/ and apps/ break, one line each. */
export async function checkImports(root: string): Promise<string[]> {
  const { output } = await cruise(
    ['packages', 'apps'],
    {
      baseDir: root,
      validate: true,
      ruleSet: { forbidden: RULES.map((rule) => ({ ...rule, severity: 'error' })) },
      tsPreCompilationDeps: true,
      doNotFollow: { path: 'node_modules' },
      exclude: { path: '/dist(\\.tmp)?/' },
    },
    { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  )
  const { violations } = (output as ICruiseResult).summary
  return violations.map(({ rule, from, to }) => `${from} → ${to}: ${rule.name}`)
}

/** An import that was resolved shows as a path in the folder, any other one as the bare name. */
function importsOf({ folder, name }: Part): string {
  return `^(${folder}|${name})(/|$)`
}
