import type { Page } from '@playwright/test'
import { startRedis } from '../support/redis-server.js'
import { expect, expectAccessible, signIn, test } from './support/test.js'

/** A workstation and a real server: set up on the screen, lost, and found again. */
test.use({ server: 'screen' })

const badge = (page: Page) => page.getByRole('status', { name: 'Synchronisation' })
const goTo = (page: Page, place: string): Promise<void> => page.evaluate((to) => void (location.hash = to), place)
const password = 'Sesame-street-7'

async function register(page: Page, familyName: string): Promise<void> {
  await goTo(page, '#/patients')
  await page.getByRole('main').getByRole('button', { name: 'Register a patient' }).first().click()
  await page.getByLabel('Family name').fill(familyName)
  await page.getByRole('button', { name: 'Register as a new patient' }).click()
  await expect(page.getByRole('heading', { level: 1, name: familyName })).toBeVisible()
}

test('a server is tried and set up by keyboard alone, and everything goes to it', async ({ page }) => {
  const redis = await startRedis({ password })
  try {
    await signIn(page)
    await register(page, 'Before')
    await expect(page.getByRole('main')).toContainText('Saved here')
    await goTo(page, '#/settings/server')
    await page.getByRole('switch', { name: 'Exchange with a server' }).focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await expect(page.getByLabel('Host')).toBeFocused()
    await page.keyboard.press('Tab')
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type(String(redis.port))
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.type('not the password')
    await page.getByRole('button', { name: 'Try the connection' }).focus()
    await page.keyboard.press('Enter')
    await expect(page.getByText('User name and password: failed')).toBeVisible()
    await expect(page.getByText('Something has to be put right.')).toBeVisible()
    await expectAccessible(page)
    await expect(badge(page)).toHaveText('Local only')

    await page.getByRole('textbox', { name: 'Password' }).focus()
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type(password)
    await page.getByRole('button', { name: 'Try the connection' }).focus()
    await page.keyboard.press('Enter')
    await expect(page.getByText('The connection works.')).toBeVisible()
    await page.getByRole('textbox', { name: 'Password' }).press('Enter')
    await expect(page.getByText('Saved. The connection is being made anew.')).toBeVisible()
    await expect(badge(page)).toHaveText('Redis · all sent')

    await page.reload()
    await expect(page.getByLabel('Port')).toHaveValue(String(redis.port))
    await expect(page.getByRole('textbox', { name: 'Password' })).toHaveValue('')
    await expect(page.getByRole('textbox', { name: 'Password' })).toHaveAttribute('placeholder', 'Kept; type to replace it')

    await badge(page).getByRole('button').click()
    const queue = page.getByRole('region', { name: 'Operations' })
    await expect(queue.getByRole('row').filter({ hasText: 'Patient registered' })).toContainText('Sent')
    await expect(queue.getByRole('cell', { name: 'Waiting' })).toHaveCount(0)
    await queue.getByRole('link', { name: 'Before' }).click()
    await expect(page.getByRole('main')).toContainText('On the server')
  } finally {
    await redis.remove()
  }
})

test('while the server is away work goes on, waits in the queue, and goes by itself when it is back', async ({ page }) => {
  const redis = await startRedis()
  try {
    await signIn(page)
    await page.evaluate(async (port) => {
      const body = JSON.stringify({ enabled: true, port })
      await fetch('/api/v1/settings/server', { method: 'PATCH', headers: { 'content-type': 'application/json' }, body })
    }, redis.port)
    await expect(badge(page)).toHaveText('Redis · all sent')
    await redis.kill()
    await expect(badge(page)).toHaveText(/^Reconnecting|^Local/)
    await register(page, 'Meanwhile')
    await expect(page.getByRole('main')).toContainText('Saved here, not sent yet')
    await goTo(page, '#/storage')
    await expect(page.getByRole('main')).toContainText(/is being made again|No connection to the clinic’s server/)
    await expect(page.getByRole('main')).toContainText('Everything is saved here')
    await expect(page.getByRole('main')).toContainText(/Waiting1 operation, for/)
    await expectAccessible(page)
    await redis.restart()
    await page.getByRole('button', { name: 'Send and receive now' }).click()
    await expect(page.getByRole('main')).toContainText(/\d+ operations? sent · \d+ records? received · 0 not sent/)
    await expect(badge(page)).toHaveText('Redis · all sent')
    await expect(page.getByRole('main')).toContainText('WaitingNothing')
    await page.getByRole('button', { name: 'Compare now' }).click()
    await expect(page.getByRole('main')).toContainText('this workstation and the server hold the same.')
    await page.getByRole('tab', { name: 'Workstations' }).click()
    await expect(page.getByRole('row').filter({ hasText: '(this one)' })).toContainText('Yes, the same')
    await expectAccessible(page)
  } finally {
    await redis.remove()
  }
})
