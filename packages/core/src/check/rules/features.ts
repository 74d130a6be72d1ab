import { featureStates, installCommand, type FeatureOptions } from '../../inspect/features.js'
import type { CheckNote } from '../check-finding.js'

/** Features of the old server that nothing is migrated of. */
export function featureNotes(options: FeatureOptions): CheckNote[] {
  const states = featureStates(options).filter(({ inUse }) => inUse)
  return states.flatMap((state): CheckNote[] => {
    const { title, evidence, packageInstalled, pluginInstalled } = state
    const remedy = `${installCommand([state]) ?? ''}, then run the same command again`
    const why = evidence === '' ? '' : ` (${evidence})`
    if (!packageInstalled)
      return [
        {
          severity: 'high',
          code: 'package-missing',
          subject: state.package,
          message: `the old server used ${title}${why}, and the destination has no package for it: nothing of it is migrated`,
          remedy,
        },
      ]
    return pluginInstalled
      ? []
      : [
          {
            severity: 'high',
            code: 'plugin-missing',
            subject: state.plugin,
            message: `the old server used ${title}${why}, and the plugin for it is not installed: nothing of it is migrated`,
            remedy,
          },
        ]
  })
}
