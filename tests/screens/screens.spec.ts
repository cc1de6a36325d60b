import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { type BrowserContextOptions, expect, type Page, test } from '@playwright/test'
import { demoAccount } from '../../src/shared/contract/demo-account.js'
import { startWorkstation, type Workstation } from '../e2e/support/workstation.js'
import { startRedis } from '../support/redis-server.js'

/**
 * Pictures of every screen for docs/screens, and what axe finds on each: `npm run screens`. Light, dark, right to left, and the size that a
 * window of 1280×800 has left at 200 % zoom.
 */
const modes: Record<string, { language: 'en' | 'ar'; context: BrowserContextOptions }> = {
  light: { language: 'en', context: { colorScheme: 'light' } },
  dark: { language: 'en', context: { colorScheme: 'dark' } },
  arabic: { language: 'ar', context: { colorScheme: 'light', locale: 'ar' } },
  zoom: { language: 'en', context: { colorScheme: 'light', viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 } },
}

/** Screens by the part of the address behind `#`; `$patient` is the patient with the fullest chart among the first. */
const screens: Record<string, string> = {
  today: '/today',
  patients: '/patients',
  chart: '/patients/$patient',
  timeline: '/patients/$patient?tab=timeline',
  symptoms: '/patients/$patient?tab=symptoms',
  schedule: '/schedule',
  'schedule-week': '/schedule?view=week',
  'schedule-month': '/schedule?view=month',
  'schedule-agenda': '/schedule?view=agenda',
  media: '/media',
  review: '/review',
  storage: '/storage',
  'storage-queue': '/storage?tab=queue',
  exchange: '/exchange',
  settings: '/settings',
  'settings-server': '/settings/server',
  ...Object.fromEntries(['overview', 'cache', 'server', 'entries', 'calls', 'tests', 'access'].map((tab) => [`monitor-${tab}`, `/monitor?tab=${tab}`])),
}
/** Of these on the workstation has a server; the screens before stand there as of one that works alone. */
const firstWithServer = 'monitor-overview'

const folder = join(import.meta.dirname, '../../docs/screens')
const findings: Record<string, string[]> = {}

/** Waits until the screen shows its data: nothing is loading, and it has looked the same for half a second. */
async function settled(page: Page): Promise<void> {
  let last = ''
  let since = Date.now()
  await expect
    .poll(
      async () => {
        const now = await page.evaluate(() =>
          document.querySelector('[aria-busy="true"], .mantine-Loader-root, .mantine-Skeleton-root') ? `${Math.random()}` : document.body.innerText,
        )
        if (now !== last) since = Date.now()
        last = now
        return Date.now() - since
      },
      { intervals: [100], timeout: 20_000 },
    )
    .toBeGreaterThan(500)
  await page.evaluate(() => document.fonts.ready)
}

async function take(page: Page, name: string, mode: string): Promise<void> {
  await settled(page)
  await page.screenshot({ path: join(folder, `${name}-${mode}.png`), animations: 'disabled' })
}

/** What axe finds on the page as it is now. In the page itself: its isolated way opens a second page, which hangs in a context of our own. */
async function examine(page: Page, name: string, mode: string): Promise<void> {
  await settled(page)
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
  findings[`${name}-${mode}`] = violations.map(({ id, nodes }) => `${id} (${nodes.length})`)
}

async function signIn(page: Page, workstation: Workstation): Promise<void> {
  await page.goto(workstation.url)
  const [username, password] = [page.locator('form input').first(), page.locator('form input[type="password"]')]
  await username.fill(demoAccount.username)
  await password.fill(demoAccount.password)
  await page.keyboard.press('Enter')
  await expect(page.locator('form input[type="password"]')).toHaveCount(0)
  await page.locator('main h1').first().waitFor()
}

/** Sets a server up and waits until everything is sent. */
async function setUpServer(page: Page, port: number): Promise<void> {
  await page.evaluate(async (at) => {
    const body = JSON.stringify({ enabled: true, port: at })
    await fetch('/api/v1/settings/server', { method: 'PATCH', headers: { 'content-type': 'application/json' }, body })
  }, port)
  const stateOf = async (): Promise<string> =>
    ((await (await page.request.get(new URL('/api/v1/sync/status', page.url()).href)).json()) as { state: string }).state
  await expect.poll(stateOf, { timeout: 60_000 }).toBe('redis')
}

/** Among the first patients the one whose chart holds most. */
async function fullestPatient(page: Page, workstation: Workstation): Promise<string> {
  const { items } = (await (await page.request.get(`${workstation.url}/api/v1/patients?limit=40`)).json()) as { items: { id: string }[] }
  const sizes = await Promise.all(
    items.map(async ({ id }) => ({ id, size: (await (await page.request.get(`${workstation.url}/api/v1/patients/${id}/chart`)).text()).length })),
  )
  return sizes.sort((a, b) => b.size - a.size)[0]?.id ?? ''
}

test.beforeAll(() => mkdirSync(folder, { recursive: true }))

for (const [mode, { language, context: options }] of Object.entries(modes)) {
  for (const [what, look] of Object.entries({ pictures: take, axe: examine })) {
    test(`${what}: ${mode}`, async ({ browser }) => {
      test.setTimeout(600_000)
      const empty = await startWorkstation('none')
      const demo = await startWorkstation('demo', undefined, language, 'screen')
      const redis = await startRedis()
      const context = await browser.newContext(options)
      const page = await context.newPage()
      try {
        await page.goto(empty.url)
        await look(page, 'first-run', mode)
        await page.goto(demo.url)
        await look(page, 'sign-in', mode)
        await signIn(page, demo)
        const patient = await fullestPatient(page, demo)
        for (const [name, path] of Object.entries(screens)) {
          if (name === firstWithServer) await setUpServer(page, redis.port)
          await page.goto(`${demo.url}/#${path.replace('$patient', patient)}`)
          await page.locator('main h1').first().waitFor()
          await look(page, name, mode)
        }
      } finally {
        await context.close()
        await Promise.all([empty.stop(), demo.stop(), redis.remove()])
      }
    })
  }
}

test.afterAll(() => {
  const names = ['first-run', 'sign-in', ...Object.keys(screens)]
  const rows = names.map(
    (name) =>
      `| ${name} | ${Object.keys(modes)
        .map((mode) => `[${mode}](${name}-${mode}.png): ${report(findings[`${name}-${mode}`])}`)
        .join(' | ')} |`,
  )
  const head = [
    '# Screens',
    '',
    'Made by `npm run screens` from the demo clinic, with what axe finds on each.',
    '',
    `| screen | ${Object.keys(modes).join(' | ')} |`,
    `|${' --- |'.repeat(Object.keys(modes).length + 1)}`,
  ]
  writeFileSync(join(folder, 'README.md'), `${[...head, ...rows].join('\n')}\n`)
  expect(Object.entries(findings).filter(([, found]) => found.length > 0)).toEqual([])
})

const report = (found: string[] | undefined): string => (found === undefined ? 'not examined' : found.length === 0 ? 'no violation' : found.join(', '))
