export { buildRpms, type BuildOptions } from './build-rpm.js'
export { workspacePackages, type Workspace } from './packages.js'
export {
  apiProblem,
  changedPackages,
  makeRepository,
  raiseVersions,
  type Released,
} from './release.js'
export type { RpmPackage } from './spec.js'
