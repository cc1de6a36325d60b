import { expect, expectAccessible, test } from './support/test.js'

test.use({ clinic: 'none' })

test('a new clinic, from the empty folder to the first screen', async ({ page }) => {
  await expect(page.getByRole('heading', { name: 'Welcome' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: /^New clinic/ }).click()
  await page.getByLabel('Name of the clinic').fill('Riverside Dental')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByLabel('Your name').fill('Ana Reyes')
  await page.getByLabel('User name').fill('ana')
  await page.getByLabel('Password', { exact: true }).fill('short')
  await page.getByRole('button', { name: 'Next' }).click()
  await expect(page.getByText('Use at least ten characters.')).toBeVisible()
  await expect(page.getByText('The two passwords are not the same.')).toBeVisible()
  await page.getByLabel('Password', { exact: true }).fill('seven green umbrellas')
  await page.getByLabel('Password again').fill('seven green umbrellas')
  await page.getByRole('button', { name: 'Next' }).click()
  await expect(page.getByText(/takes all records with it/)).toBeVisible()
  await page.getByRole('button', { name: 'Create the clinic' }).click()

  const code = (await page.getByTestId('recovery-code').textContent()) ?? ''
  await expectAccessible(page)
  const confirmation = page.getByLabel('To be sure that it is written down')
  await confirmation.fill('0000')
  await page.getByRole('button', { name: 'Open the clinic' }).click()
  await expect(page.getByText('That is not the last group of the code.')).toBeVisible()
  await confirmation.fill(code.split('-').at(-1)?.toLowerCase() ?? '')
  await page.getByRole('button', { name: 'Open the clinic' }).click()

  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Account of Ana Reyes' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('button', { name: 'Account of Ana Reyes' })).toBeVisible()
})

test('a refused password is said at its field, and what was typed stays', async ({ page }) => {
  await page.getByRole('button', { name: /^New clinic/ }).click()
  await page.getByLabel('Name of the clinic').fill('Riverside Dental')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByLabel('Your name').fill('Ana Reyes')
  await page.getByLabel('User name').fill('ana')
  await page.getByLabel('Password', { exact: true }).fill('password123')
  await page.getByLabel('Password again').fill('password123')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('button', { name: 'Create the clinic' }).click()
  await expect(page.getByText('This password is on every list of known passwords.')).toBeVisible()
  await expect(page.getByLabel('Your name')).toHaveValue('Ana Reyes')
})

test('a demo clinic in one click, named as such on every screen', async ({ page }) => {
  await page.getByRole('button', { name: /^Try with a demo clinic/ }).click()
  // Thousands of records are written for it, each as durably as any other.
  await expect(page.getByText('Demo clinic: every record here is made up.')).toBeVisible({ timeout: 60_000 })
  // The wizard leaves no session behind that nobody has.
  const sessions = await page.evaluate(async () => (await (await fetch('/api/v1/sessions')).json()) as { items: unknown[] })
  expect(sessions.items).toHaveLength(1)
  await expectAccessible(page)
})

test.describe('in Arabic', () => {
  test.use({ locale: 'ar-EG' })
  test('the wizard speaks the browser’s language, from right to left', async ({ page }) => {
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('مرحبًا بك')
    await expect(page.locator('html')).toHaveAttribute('dir', 'rtl')
    await expectAccessible(page)
  })
})
