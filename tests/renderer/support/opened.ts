import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { MemoryHost } from './memory-host.js'
import { MemoryWorkstation } from './memory-workstation.js'

/** Serves the built renderer over a workstation in memory and signs its administrator in. */
export async function openMemoryWorkstation(page: Page, workstation = new MemoryWorkstation({ patientCount: 40 })): Promise<MemoryHost> {
  const host = new MemoryHost('out/renderer', workstation)
  await page.goto(await host.start())
  await page.getByLabel('User name').fill('ana')
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('navigation', { name: 'Screens' }).or(page.getByRole('button', { name: 'Open the navigation' }))).toBeVisible()
  return host
}

/** Goes to a place of the application, the part of the address behind `#`. */
export const goTo = (page: Page, place: string): Promise<void> =>
  page.evaluate((to) => {
    location.hash = to
  }, place)

/** Fails with what axe finds on the page as it is now, and when the page scrolls sideways. */
export async function expectUsable(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('\n')}`)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
}

/** Shows the application in Arabic, as the user's menu does. */
export async function speakArabic(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByLabel('Language').selectOption('ar')
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl')
  await page.keyboard.press('Escape')
}
