import { expect, expectAccessible, signIn, test } from './support/test.js'

const register = async (page: import('@playwright/test').Page, names: { family: string; given: string; birth?: string; phone?: string }): Promise<void> => {
  await page.getByRole('main').getByRole('button', { name: 'Register a patient' }).first().click()
  await page.getByLabel('Family name').fill(names.family)
  await page.getByLabel('Given name').fill(names.given)
  if (names.birth) await page.getByLabel('Birth date').fill(names.birth)
  if (names.phone) await page.getByLabel('Phone').fill(names.phone)
}

test.beforeEach(async ({ page }) => {
  await signIn(page)
  await page.getByRole('link', { name: 'Patients' }).click()
})

test('an empty clinic says what to do', async ({ page }) => {
  await expect(page.getByText('No patients yet')).toBeVisible()
  await expectAccessible(page)
})

test('register, find again by keyboard alone, correct, and take the correction back', async ({ page }) => {
  await register(page, { family: 'García Márquez', given: 'Lucía', birth: '3/4/80', phone: '612 345 678' })
  await expect(page.getByText(/3 Apr 1980 · 46 years/)).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Register as a new patient' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'García Márquez, Lucía' })).toBeVisible()
  await expect(page).toHaveTitle(/^(?!.*Garc)/)

  await page.getByRole('link', { name: 'Patients' }).click()
  await page.getByLabel('Find patients').fill('lucia garcia')
  await expect(page.getByRole('option', { name: /García Márquez/ })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('García Márquez')

  await page.getByRole('button', { name: 'Edit' }).first().click()
  await page.getByLabel('Given name').fill('Lucía Ana')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'García Márquez, Lucía Ana' })).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'García Márquez, Lucía', exact: true })).toBeVisible()
})

test('somebody already registered is offered first', async ({ page }) => {
  await register(page, { family: 'Okafor', given: 'Amara', birth: '3/4/1980' })
  await page.getByRole('button', { name: 'Register as a new patient' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Okafor, Amara' })).toBeVisible()
  await page.getByRole('link', { name: 'Patients' }).click()
  await register(page, { family: 'Okafor', given: 'Amara', birth: '4/3/1980' })
  await expect(page.getByText('Already registered? 1 possible match')).toBeVisible()
  await expect(page.getByText(/same name/)).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: /^Open: Okafor/ }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Okafor, Amara' })).toBeVisible()
})

test('what was typed is not thrown away by Escape', async ({ page }) => {
  await register(page, { family: 'Tanaka', given: '' })
  await page.keyboard.press('Escape')
  await expect(page.getByText('Discard what you typed?')).toBeVisible()
  await page.getByRole('button', { name: 'Keep editing' }).click()
  await expect(page.getByLabel('Family name')).toHaveValue('Tanaka')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Discard' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
})

test('a patient registered in one window appears in another by itself', async ({ page, workstation, context }) => {
  const other = await context.newPage()
  await other.goto(workstation.url)
  await other.getByRole('link', { name: 'Patients' }).click()
  await expect(other.getByText('No patients yet')).toBeVisible()
  await register(page, { family: 'Lindqvist', given: 'Astrid' })
  await page.getByRole('button', { name: 'Register as a new patient' }).click()
  await expect(other.getByRole('option', { name: /Lindqvist/ })).toBeVisible()
})

test('the palette finds patients, actions and screens', async ({ page }) => {
  await register(page, { family: 'Haddad', given: 'Omar' })
  await page.getByRole('button', { name: 'Register as a new patient' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Haddad, Omar' })).toBeVisible()
  await page.keyboard.press('Control+k')
  const palette = page.getByRole('dialog', { name: 'Find and go' })
  await palette.getByLabel('Find a patient, a screen, an action').fill('omar')
  await expect(palette.getByText('Haddad, Omar')).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Enter')
  await expect(palette).toBeHidden()
})

test('a form that is closed gives the focus back to what opened it', async ({ page }) => {
  const opener = page.getByRole('main').getByRole('button', { name: 'Register a patient' }).first()
  await opener.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Family name')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(opener).toBeFocused()
})
