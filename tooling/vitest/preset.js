import { defineConfig } from 'vitest/config'

/**
 * The JSON reporter drops the reason given to `context.skip(reason)`; it does write `meta`.
 * @type {import('vitest/reporters').Reporter}
 */
const keepSkipReasons = {
  onTestCaseResult(test) {
    const result = test.result()
    if (result.state === 'skipped' && result.note) {
      Object.assign(test.meta(), { skipReason: result.note })
    }
  },
}

/** What every package's `vitest run` uses; the test command adds up the JSON results. */
export default defineConfig({
  test: {
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ['default', keepSkipReasons, 'json'],
    outputFile: { json: 'test-results/results.json' },
  },
})
