import { expect, expectAccessible, signIn, test } from './support/test.js'
import { admin } from './support/workstation.js'

test.describe('a refused sign-in', () => {
  // The browser itself reports the refused request.
  test.use({ isConsoleChecked: false })
  test('keeps the name and says what to check', async ({ page }) => {
    await page.getByLabel('User name').fill(admin.username)
    await page.getByLabel('Password', { exact: true }).fill('not the password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByText('User name or password is not right.')).toBeVisible()
    await expect(page.getByLabel('User name')).toHaveValue(admin.username)
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue('')
    await expectAccessible(page)
  })
})

test('a session survives a reload and ends with signing out', async ({ page }) => {
  await signIn(page)
  await page.reload()
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible()
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
})

test('a locked screen shows nothing, and gives back what was being typed', async ({ page }) => {
  await signIn(page)
  await page.keyboard.press('Control+k')
  await page
    .getByRole('option', { name: 'Register a patient' })
    .or(page.getByRole('button', { name: 'Register a patient' }))
    .last()
    .click()
  await page.getByLabel('Family name').fill('Okafor')
  await page.keyboard.press('Tab')
  await page.evaluate(() => document.querySelector<HTMLElement>('[aria-label^="Account of"]')?.click())
  await page.evaluate(() => [...document.querySelectorAll('button')].find((button) => button.textContent === 'Lock the screen')?.click())
  await expect(page.getByRole('heading', { name: 'The screen is locked' })).toBeVisible()
  await expect(page.getByText('Okafor')).toBeHidden()
  await expect(page.getByLabel('Family name')).toBeHidden()
  await expect(page).toHaveTitle('MedInsight Hub')
  await expectAccessible(page)
  await page.getByLabel('Password', { exact: true }).fill(admin.password)
  await page.getByRole('button', { name: 'Unlock' }).click()
  await expect(page.getByLabel('Family name')).toHaveValue('Okafor')
})

test('language and appearance are chosen once and hold after a reload', async ({ page }) => {
  await signIn(page)
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByText('Dark', { exact: true }).click()
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
  await page.getByLabel('Language').selectOption('ar')
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl')
  await page.reload()
  await expect(page.getByRole('navigation', { name: 'الشاشات' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
  await expectAccessible(page)
})

test.describe('when the workstation’s program ends', () => {
  test.use({ isConsoleChecked: false })
  test('the page says so, keeps what is on it, and goes on when the program is back', async ({ page, workstation }) => {
    await signIn(page)
    await workstation.kill()
    await expect(page.getByText('The workstation does not answer.')).toBeVisible()
    await workstation.start()
    await expect(page.getByText('The workstation does not answer.')).toBeHidden()
    await expect(page.getByRole('navigation', { name: 'Screens' }).or(page.getByRole('heading', { name: 'Sign in' }))).toBeVisible()
  })
})
