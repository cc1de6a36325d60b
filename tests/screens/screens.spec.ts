import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { type BrowserContextOptions, expect, type Page, test } from '@playwright/test'
import { demoAccount } from '../../src/shared/contract/demo-account.js'
import { startWorkstation, type Workstation } from '../e2e/support/workstation.js'

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
  storage: '/storage',
  exchange: '/exchange',
  settings: '/settings',
}

const folder = join(import.meta.dirname, '../../docs/screens')
const findings: Record<string, string[]> = {}

async function take(page: Page, name: string, mode: string): Promise<void> {
  await page.waitForLoadState('networkidle')
  await page.screenshot({ path: join(folder, `${name}-${mode}.png`), animations: 'disabled' })
  const { violations } = await new AxeBuilder({ page }).analyze()
  findings[`${name}-${mode}`] = violations.map(({ id, nodes }) => `${id} (${nodes.length})`)
}

async function signIn(page: Page, workstation: Workstation): Promise<void> {
  await page.goto(workstation.url)
  await page.locator('input[autocomplete="username"]').fill(demoAccount.username)
  await page.locator('input[type="password"]').fill(demoAccount.password)
  await page.keyboard.press('Enter')
  await expect(page.locator('nav').first()).toBeVisible()
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
  test(`screens: ${mode}`, async ({ browser }) => {
    test.setTimeout(240_000)
    const empty = await startWorkstation('none')
    const demo = await startWorkstation('demo', undefined, language)
    const context = await browser.newContext(options)
    const page = await context.newPage()
    try {
      await page.goto(empty.url)
      await take(page, 'first-run', mode)
      await page.goto(demo.url)
      await take(page, 'sign-in', mode)
      await signIn(page, demo)
      const patient = await fullestPatient(page, demo)
      for (const [name, path] of Object.entries(screens)) {
        await page.goto(`${demo.url}/#${path.replace('$patient', patient)}`)
        await page.locator('main h1').first().waitFor()
        await take(page, name, mode)
      }
    } finally {
      await context.close()
      await Promise.all([empty.stop(), demo.stop()])
    }
  })
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

const report = (found: string[] | undefined): string => (found === undefined ? 'not taken' : found.length === 0 ? 'no violation' : found.join(', '))
