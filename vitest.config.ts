import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts', 'tests/**/*.test.tsx'],
    exclude: ['tests/e2e/**', 'tests/electron/**', 'node_modules/**', 'out/**'],
    globalSetup: ['tests/support/node-version.ts'],
    environment: 'node',
    // Native database connections live per process, not per thread.
    pool: 'forks',
    // Real databases, key derivation and fsync: slow on a busy machine, and never a measure of speed.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for ends by its condition; only a defect waits so long.
    expect: { poll: { timeout: 20_000 } },
    allowOnly: !process.env.CI,
  },
})
