import { defineConfig } from 'vitest/config'

/**
 * `npm run coverage`: what of the packages' sources their own tests run. The command's tests run its
 * bundle in processes of their own, which are not measured; what only a live host or another process
 * of a package's tests runs is not either.
 */
export default defineConfig({
  test: {
    projects: ['packages/*'],
    reporters: ['dot'],
    coverage: {
      include: ['packages/*/src/**'],
      // What is not tested by a test that would fail counts as well.
      reportOnFailure: true,
      reporter: ['text', 'json-summary', 'json'],
      reportsDirectory: 'coverage',
    },
  },
})
