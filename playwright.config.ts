import { defineConfig } from '@playwright/test'
import { findChromium } from './scripts/programs.mjs'

const chromium = findChromium()
if (!chromium) {
  throw new Error(
    'No Chromium found. Install it (Debian: apt-get install chromium), or name its path in CHROMIUM_PATH. `npm run prepare-tests` says what else is missing.',
  )
}

/** Chromium refuses its own sandbox to root, which is who runs the tests in a container. */
const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  retries: 0,
  // Each test mostly waits for its own processes; with one worker a core stands idle.
  workers: 2,
  forbidOnly: !!process.env.CI,
  reporter: 'list',
  use: {
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'Europe/Madrid',
    reducedMotion: 'reduce',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: chromium,
      args: [...asRoot, '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
  },
  // Each test starts its own workstation on a temporary folder; there is no shared server.
  projects: [
    { name: 'components', testDir: 'tests/renderer', testMatch: '**/*.spec.ts' },
    { name: 'e2e', testDir: 'tests/e2e' },
    { name: 'electron', testDir: 'tests/electron' },
    // Not part of `npm test`: it writes the pictures of docs/screens.
    { name: 'screens', testDir: 'tests/screens', fullyParallel: false },
  ],
})
