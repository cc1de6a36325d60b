import type { Locator, Page } from '@playwright/test'
import { type RedisServer, startRedis } from '../support/redis-server.js'
import { expect, expectAccessible, signIn, test } from './support/test.js'

// Each looks at many tabs, with axe on every one.
test.describe.configure({ timeout: 180_000 })

/** An administrator looks at how everything stands, tries the server out, clears the cache, and sees the server go and come. */
test.use({ server: 'screen' })

const main = (page: Page): Locator => page.getByRole('main')
const goTo = (page: Page, place: string): Promise<void> => page.evaluate((to) => void (location.hash = to), place)
const openTab = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('tab', { name, exact: true }).click()
  await expect(page.getByRole('tab', { name, exact: true })).toHaveAttribute('aria-selected', 'true')
}

async function connectTo(page: Page, { port }: Pick<RedisServer, 'port'>): Promise<void> {
  await page.evaluate(async (at) => {
    const body = JSON.stringify({ enabled: true, port: at })
    await fetch('/api/v1/settings/server', { method: 'PATCH', headers: { 'content-type': 'application/json' }, body })
  }, port)
  await expect(page.getByRole('status', { name: 'Synchronisation' })).toHaveText('Redis · all sent')
}

async function register(page: Page, familyName: string): Promise<void> {
  await goTo(page, '#/patients')
  await main(page).getByRole('button', { name: 'Register a patient' }).first().click()
  await page.getByLabel('Family name').fill(familyName)
  await page.getByRole('button', { name: 'Register as a new patient' }).click()
  await expect(page.getByRole('heading', { level: 1, name: familyName })).toBeVisible()
}

const openMonitor = async (page: Page): Promise<void> => {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Monitor' }).click()
  await expect(page.getByRole('heading', { name: 'Monitor', level: 1 })).toBeVisible()
}

test('everything is useful without a server too, and says so in words', async ({ page }) => {
  await signIn(page)
  await openMonitor(page)
  await expect(page.getByText('No server is set up')).toBeVisible()
  await expect(main(page)).toContainText('This workstation works alone')
  await expect(page.getByRole('img', { name: /^Memory of this program: .* at .*; least .*, most / })).toBeVisible()
  await expectAccessible(page)
  await page.getByText('Table', { exact: true }).click()
  await expect(page.getByRole('region', { name: 'Over time' }).getByRole('columnheader', { name: 'Memory of this program' })).toBeVisible()
  await expectAccessible(page)
  await openTab(page, 'Server')
  await expect(page.getByRole('button', { name: 'Set up a server' })).toBeVisible()
  await expect(main(page)).toContainText('By the requirement’s formula')
  await openTab(page, 'Tests')
  await page.getByRole('button', { name: 'Test now' }).click()
  await expect(main(page)).toContainText('No server is set up, so there is nothing to test.')
  await page.getByRole('button', { name: 'Begin the self-test' }).click()
  await expect(main(page)).toContainText('The self-test could not begin')
  await expectAccessible(page)
})

test('limits of alerts and times of the cache are changed by keyboard, and brought back', async ({ page }) => {
  await signIn(page)
  await openMonitor(page)
  await page.getByRole('button', { name: 'Limits' }).press('Enter')
  const limits = page.getByRole('dialog', { name: 'When to be told' })
  await expect(limits).toBeVisible()
  await expectAccessible(page)
  const disk = limits.getByLabel('Free on this computer’s disk, less than')
  await disk.fill('200')
  await disk.press('Enter')
  await expect(limits).toContainText('A figure from 0 to 99.')
  await disk.fill('20')
  await disk.press('Enter')
  await expect(limits).toBeHidden()
  await expect(page.getByRole('button', { name: 'Limits' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(disk).toHaveValue('20 %')
  await limits.getByRole('button', { name: 'Bring back the usual ones' }).click()
  await expect(disk).toHaveValue('10 %')
  await limits.getByRole('button', { name: 'Save' }).click()
  await expect(limits).toBeHidden()

  await openTab(page, 'Cache')
  const row = page.getByRole('row').filter({ hasText: 'Figures of Today' }).filter({ hasText: 'the program, as usual' })
  await row.getByRole('button').press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Figures of Today' })
  await expect(dialog.getByLabel('Kept for')).toBeFocused()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('12')
  await expectAccessible(page)
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
  const changed = page.getByRole('row').filter({ hasText: 'this screen; usually 5 minutes' })
  await expect(changed).toContainText('12 minutes')
  await changed.getByRole('button').click()
  await page.getByRole('button', { name: 'Bring back the usual time (5 minutes)' }).click()
  await expect(changed).toBeHidden()
})

test('a look at every tab, a self-test, an opened value, a clearing, and the server going away', async ({ page }) => {
  test.setTimeout(300_000)
  const redis = await startRedis()
  try {
    await signIn(page)
    await connectTo(page, redis)
    await register(page, 'Canary')
    await goTo(page, '#/today')
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()

    await openMonitor(page)
    await expect(main(page)).toContainText('Connected to the clinic’s server since')
    await expect(main(page)).toContainText(/Redis \d+\.\d+/)
    await expect(main(page)).toContainText('Alarm: The server lets in anybody who reaches it, without a password.')
    await expectAccessible(page)
    await page.getByRole('link', { name: 'Look at it under Server' }).click()
    await expect(page.getByRole('tab', { name: 'Server' })).toHaveAttribute('aria-selected', 'true')

    await expect(main(page)).toContainText('Right (noeviction)')
    await expect(main(page)).toContainText('It lets in anybody who reaches it.')
    await expect(main(page)).toContainText('By the requirement’s formula')
    await expectAccessible(page)

    await openTab(page, 'Tests')
    await page.getByRole('button', { name: 'Test now' }).click()
    await expect(page.getByText('The server does everything that is asked of it.')).toBeVisible()
    await page.getByRole('button', { name: 'Begin the self-test' }).click()
    await expect(page.getByText(/1.?000 operations in .*, all as expected\./)).toBeVisible({ timeout: 60_000 })
    await expectAccessible(page)

    await openTab(page, 'Entries')
    await page.getByText('Records', { exact: true }).click()
    await page.getByRole('combobox', { name: 'Kind of record' }).click()
    await page.getByRole('option', { name: 'Patients' }).click()
    await expect(main(page)).toContainText('1 entry shown')
    await expect(main(page)).not.toContainText('Canary')
    await expectAccessible(page)
    await page.getByRole('button', { name: /^Open the value of / }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog).toContainText('Opening stands in the access log with your name')
    await expect(dialog).not.toContainText('Canary')
    await expectAccessible(page)
    await dialog.getByRole('button', { name: 'Open and note it' }).click()
    await expect(dialog.getByRole('region', { name: 'Value' })).toContainText('Canary')
    await expectAccessible(page)
    await page.keyboard.press('Escape')

    await openTab(page, 'Access log')
    const opened = page.getByRole('row').filter({ hasText: 'monitor.entries.open' })
    await expect(opened).toContainText('Canary')
    await page.getByText('Changes of records', { exact: true }).click()
    await expect(opened).toBeHidden()
    await expect(page.getByRole('row').filter({ hasText: 'Patient registered' })).toContainText('Canary')
    await expectAccessible(page)

    await openTab(page, 'Cache')
    await page.getByRole('button', { name: 'Count first' }).click()
    await expect(main(page)).toContainText(/\d+ values? on this workstation would be forgotten\.|Nothing that matches is kept here now\./)
    await expect(main(page)).toContainText(/\d+ keys? at the server would go\./)
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Clear', exact: true }).click()
    await expect(page.getByRole('region', { name: /^The last clearings/ })).toContainText(/All of “Figures of Today”.*done, \d+ keys? given back/)
    await page.getByRole('combobox', { name: 'What' }).click()
    await page.getByRole('option', { name: 'Everything in the clinic’s cache' }).click()
    await page.getByRole('button', { name: 'Count first' }).click()
    await expect(page.getByRole('button', { name: 'Clear', exact: true })).toBeDisabled()
    await page.getByLabel(/type the clinic’s name/).fill('riverside dental')
    await page.getByRole('button', { name: 'Clear', exact: true }).click()
    await expect(page.getByRole('region', { name: /^The last clearings/ })).toContainText('Everything in the clinic’s cache')
    await expectAccessible(page)

    await openTab(page, 'Calls')
    // The slowest are shown at first, whichever they are.
    await page.getByRole('button', { name: /^Show all/ }).click()
    await expect(page.getByRole('region', { name: 'Calls by name' })).toContainText('patients.register')
    await expectAccessible(page)

    await redis.kill()
    await openTab(page, 'Overview')
    await expect(main(page)).toContainText('The clinic’s server has been away since')
    await expect(main(page)).toContainText('Work goes on, and everything is saved here.')
    await expect(main(page)).toContainText('The server does not answer.')
    await expectAccessible(page)
    await openTab(page, 'Server')
    await expect(main(page)).toContainText('The server does not answer now. This is what it told of itself last')
    await expectAccessible(page)
    await openTab(page, 'Entries')
    await expect(main(page)).toContainText(/The server is away: these are the cached values|This workstation keeps nothing of this kind now/)
    await openTab(page, 'Tests')
    await page.getByRole('button', { name: 'Test now' }).click()
    await expect(main(page)).toContainText('Connecting: failed')
    await redis.restart()
    await openTab(page, 'Overview')
    await expect(main(page)).toContainText('Connected to the clinic’s server since', { timeout: 60_000 })
  } finally {
    await redis.remove()
  }
})

test('an outage is rehearsed: what it will do first, and afterwards what staff would have noticed', async ({ page }) => {
  const redis = await startRedis()
  try {
    await signIn(page)
    await connectTo(page, redis)
    await openMonitor(page)
    await openTab(page, 'Tests')
    await expect(main(page)).toContainText('Nothing at the server is changed')
    await page.getByRole('combobox', { name: 'For how long' }).click()
    await page.getByRole('option', { name: '5 seconds' }).click()
    await page.getByRole('button', { name: 'Rehearse an outage' }).click()
    await page.getByRole('button', { name: 'Really begin?' }).click()
    await expect(main(page)).toContainText('The outage is being rehearsed, until')
    await register(page, 'Meanwhile')
    await openMonitor(page)
    await openTab(page, 'Tests')
    await expect(main(page)).toContainText('Staff would have noticed nothing but the badge: no call failed.', { timeout: 50_000 })
    await expect(main(page)).toContainText(/Waited most\d+ operation/)
    await expectAccessible(page)
  } finally {
    await redis.remove()
  }
})
