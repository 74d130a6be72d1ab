// Keeps the architecture: who may depend on whom, and that core knows no plugin. Without it the
// first convenient import between two plugins would tie their releases together unseen.
import { fileURLToPath } from 'node:url'
import { checkBoundaries } from './check-boundaries.js'

const violations = await checkBoundaries(fileURLToPath(new URL('../../..', import.meta.url)))
for (const violation of violations) console.error(violation)
process.exitCode = violations.length > 0 ? 1 : 0
