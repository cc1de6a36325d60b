import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import type { Progress, SyncStatus } from '../../src/shared/contract/streams.js'
import type { MemoryHost } from './support/memory-host.js'
import { MemoryWorkstation } from './support/memory-workstation.js'
import { openMemoryWorkstation } from './support/opened.js'

/** The built page over a workstation in memory: states that a real one takes days or a server to reach. */
let host: MemoryHost
test.beforeEach(async ({ page }) => {
  host = await openMemoryWorkstation(page, new MemoryWorkstation({ patientCount: 400 }))
})
test.afterEach(() => host.stop())

const badge = (page: Page) => page.getByRole('status', { name: 'Synchronisation' })
const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString()
const waited = (days: number) => ({ waiting: 3, since: daysAgo(days), oldestWaitingAt: daysAgo(days) })

const states: readonly [string, SyncStatus, RegExp, string][] = [
  ['local only', { state: 'localOnly', waiting: 0, since: null }, /^Local only$/, 'quiet'],
  ['all sent', { state: 'redis', waiting: 0, since: daysAgo(0) }, /^Redis · all sent$/, 'ok'],
  ['sending', { state: 'sending', waiting: 3, since: daysAgo(0) }, /^Redis · sending 3$/, 'info'],
  ['comparing', { state: 'sending', waiting: 0, since: daysAgo(0) }, /^Redis · comparing$/, 'info'],
  ['local since a minute ago', { state: 'local', waiting: 3, since: daysAgo(0.0007) }, /^Local since \d+:\d\d\s[AP]M · 3 waiting$/, 'quiet'],
  ['never connected', { state: 'local', waiting: 3, since: null }, /^Local · 3 waiting$/, 'quiet'],
  ['local for a day', { state: 'local', ...waited(1.1) }, /^Local since \w+ \d+, .* · 3 waiting · for 1 day$/, 'warn'],
  ['local for three days', { state: 'local', ...waited(3.1) }, /^Local since .* · 3 waiting · for 3 days$/, 'bad'],
  ['sending what has waited for two days', { state: 'sending', ...waited(2.5) }, /^Redis · sending 3 · for 2 days$/, 'warn'],
  ['without a connection for long, with nothing waiting', { state: 'local', waiting: 0, since: daysAgo(9) }, /^Local since .* · 0 waiting$/, 'quiet'],
  ['local only however long', { state: 'localOnly', waiting: 0, since: daysAgo(90), oldestWaitingAt: daysAgo(90) }, /^Local only$/, 'quiet'],
  ['reconnecting', { state: 'reconnecting', waiting: 1, since: daysAgo(0), until: daysAgo(-60 / 86_400) }, /^Reconnecting in \d\d s$/, 'info'],
  ['reconnecting by the clock of another computer', { state: 'reconnecting', waiting: 1, since: null, until: daysAgo(-1) }, /^Reconnecting…$/, 'info'],
  ['reconnecting now', { state: 'reconnecting', waiting: 1, since: null }, /^Reconnecting…$/, 'info'],
  ['attention', { state: 'attention', waiting: 7, count: 2, since: daysAgo(0) }, /^Needs attention: 2$/, 'bad'],
]
test('the status badge says each state in words and warns with age', async ({ page }) => {
  for (const [name, status, text, tone] of states) {
    host.workstation.setStatus(status)
    await expect(badge(page), name).toHaveText(text)
    await expect(badge(page).locator('[data-tone]'), name).toHaveAttribute('data-tone', tone)
  }
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations).toEqual([])
})

test('the badge counts down to the next attempt, and opens the queue', async ({ page }) => {
  host.workstation.setStatus({ state: 'reconnecting', waiting: 1, since: null, until: daysAgo(-20 / 86_400) })
  const seconds = async (): Promise<number> => Number(/in (\d+) s/.exec(await badge(page).innerText())?.[1])
  await expect(badge(page)).toHaveText(/in \d+ s/)
  const first = await seconds()
  await expect.poll(seconds).toBeLessThan(first)
  await badge(page).getByRole('button').click()
  await expect(page.getByRole('tab', { name: 'Queue' })).toHaveAttribute('aria-selected', 'true')
})

test('the badge says nothing while the line to the workstation is broken, whatever the browser believes of its network', async ({ page, context }) => {
  await expect(badge(page)).toHaveText('Local only')
  await context.setOffline(true)
  await expect(badge(page)).toHaveText('Local only')
  await context.setOffline(false)
  await host.stop()
  await expect(badge(page)).toHaveCount(0)
})

test('a running task shows its progress under its name, in the language of the screen', async ({ page }) => {
  await expect(badge(page)).toBeVisible()
  const tasks: Progress[] = [
    { id: 'f', task: 'sync.fill', done: 50, total: 200, state: 'running' },
    { id: 'i', task: 'import.run', done: 1, total: 2, message: '1234', state: 'running' },
    { id: 'n', task: 'something.newer', done: 0, state: 'failed', message: 'It failed.' },
  ]
  const list = page.getByRole('dialog', { name: 'Running tasks' }).getByRole('listitem')
  await page.getByRole('button', { name: 'Running tasks' }).click()
  await expect(async () => {
    for (const task of tasks) host.workstation.progress.send(task)
    await expect(list).toHaveText([/Taskfailed.*It failed\./, /Importrunning.*1,234 records/, /First fill from the serverrunning.*50 of 200/], { timeout: 500 })
  }).toPass()
})

test('a broken line is said, taken up again, and changes meanwhile are shown', async ({ page }) => {
  await page.getByRole('link', { name: 'Patients' }).click()
  const first = page.getByRole('option').first()
  await expect(first).toContainText('Okafor')
  const patient = host.workstation.patients[0]
  if (!patient) throw new Error('There is no patient.')
  patient.familyName = 'Changed'
  host.dropConnections()
  await expect(first).toContainText('Changed')
})

test('an untouched screen locks after the clinic’s minutes, and the PIN returns to it', async ({ page }) => {
  await page.clock.install()
  await page.reload()
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible()
  await page.clock.runFor('09:00')
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible()
  await page.clock.runFor('02:00')
  await expect(page.getByRole('heading', { name: 'The screen is locked' })).toBeVisible()
  await page.getByLabel('PIN', { exact: true }).fill('0000')
  await page.getByRole('button', { name: 'Unlock' }).click()
  await expect(page.getByText('This PIN is not right.')).toBeVisible()
  await page.getByLabel('PIN', { exact: true }).fill('4711')
  await page.getByRole('button', { name: 'Unlock' }).click()
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible()
})

test('a long list keeps few rows in the document and goes on to its end', async ({ page }) => {
  await page.getByRole('link', { name: 'Patients' }).click()
  const search = page.getByRole('combobox', { name: 'Find patients' })
  await search.focus()
  await expect(async () => {
    for (let times = 0; times < 10; times++) await page.keyboard.press('PageDown')
    await expect(page.getByRole('option', { selected: true })).toContainText('A-00400', { timeout: 300 })
  }).toPass()
  expect(await page.getByRole('option').count()).toBeLessThan(60)
})

test('keys lead to screens, begin actions and are listed under ?', async ({ page }) => {
  await page.getByRole('main').focus()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toContainText('Go to Patients')
  await page.keyboard.press('Escape')
  await page.keyboard.press('g')
  await page.keyboard.press('p')
  await expect(page.getByRole('heading', { level: 1, name: 'Patients' })).toBeVisible()
  await page.getByRole('main').focus()
  await page.keyboard.press('n')
  await expect(page.getByRole('dialog', { name: 'Register a patient' })).toBeVisible()
})

for (const [name, options] of [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['at 200 % zoom', { viewport: { width: 640, height: 400 } }],
] as const)
  test.describe(name, () => {
    test.use(options)
    test('patients, a patient and the form have no accessibility violation and no sideways scrolling', async ({ page }) => {
      await page.goto(`${page.url().split('#')[0]}#/patients`)
      const check = async (): Promise<void> => {
        const { violations } = await new AxeBuilder({ page }).analyze()
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
      }
      await expect(page.getByRole('option').first()).toBeVisible()
      await check()
      await page.getByRole('option').first().click()
      await expect(page.getByRole('heading', { level: 1, name: /Okafor/ })).toBeVisible()
      await check()
      await page.getByRole('main').focus()
      await page.keyboard.press('n')
      await expect(page.getByRole('dialog')).toBeVisible()
      await check()
    })
  })
