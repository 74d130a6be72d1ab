import preset from '@nethserver-migrate/vitest-preset'
import { mergeConfig } from 'vitest/config'

// These tests take the longest: two files at a time.
export default mergeConfig(preset, { test: { maxWorkers: 2, minWorkers: 2 } })
