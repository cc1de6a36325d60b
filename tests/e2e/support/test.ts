import AxeBuilder from '@axe-core/playwright'
import { test as base, expect, type Page } from '@playwright/test'
import { admin, type ServerSource, startWorkstation, type Workstation } from './workstation.js'

interface Fixtures {
  /** Which clinic the test begins with; `test.use({ clinic: 'none' })` for the wizard. */
  clinic: 'made' | 'demo' | 'none'
  /** Runs on the clinic's folder before it is served, e.g. an import. */
  prepare: ((folder: string) => Promise<void>) | undefined
  /** Who may say where the clinic's server is; `test.use({ server: 'screen' })` where one is set up on the screen. */
  server: ServerSource
  workstation: Workstation
  /** Whether messages of the browser's console fail the test; off where a test breaks the connection on purpose. */
  isConsoleChecked: boolean
}

/** A test against a workstation of its own; `page` is already there, and what its console reports fails the test. */
export const test = base.extend<Fixtures>({
  clinic: ['made', { option: true }],
  prepare: [undefined, { option: true }],
  server: ['off', { option: true }],
  isConsoleChecked: [true, { option: true }],
  workstation: async ({ clinic, prepare, server }, use) => {
    const workstation = await startWorkstation(clinic, prepare, 'en', server)
    await use(workstation)
    await workstation.stop()
  },
  page: async ({ page, workstation, isConsoleChecked }, use) => {
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(message.text())
    })
    await page.goto(workstation.url)
    await use(page)
    if (isConsoleChecked) expect(problems).toEqual([])
  },
})
export { expect }

/** Signs in as the administrator and waits for the first screen. */
export async function signIn(page: Page, { username, password } = admin): Promise<void> {
  await page.getByLabel('User name').fill(username)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible()
}

/** Fails with what axe finds on the page as it is now. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`) }))).toEqual([])
}
