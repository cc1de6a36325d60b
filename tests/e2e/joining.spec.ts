import { readdirSync } from 'node:fs'
import { join as pathOf } from 'node:path'
import type { Page } from '@playwright/test'
import { startRedis } from '../support/redis-server.js'
import { restApi } from './support/clinic.js'
import { expect, expectAccessible, signIn, test } from './support/test.js'
import { runCommand, startApplication, startWorkstation, type Workstation } from './support/workstation.js'

/** Two computers and a real server with a password. */
test.use({ server: 'screen' })
const password = 'Sesame-street-7'
const badge = (page: Page) => page.getByRole('status', { name: 'Synchronisation' })
const goTo = (page: Page, place: string): Promise<void> => page.evaluate((to) => void (location.hash = to), place)

async function setServer(workstation: Workstation, port: number): Promise<void> {
  const call = await restApi(workstation)
  await call('PATCH', '/settings/server', { enabled: true, url: `redis://127.0.0.1:${port}`, password })
}

async function openWorkstations(page: Page): Promise<void> {
  await goTo(page, '#/storage')
  await page.getByRole('tab', { name: 'Workstations' }).click()
}

test('another computer joins by a code, both work with the same records, and it can be named and removed', async ({ page, workstation, browser }) => {
  test.slow()
  const redis = await startRedis({ password })
  const other = await startWorkstation('none', undefined, 'en', 'screen')
  const second = await (await browser.newContext()).newPage()
  try {
    await setServer(workstation, redis.port)
    const call = await restApi(workstation)
    await call('POST', '/patients', { familyName: 'Otterbourn', givenName: 'Ada' })
    await signIn(page)
    await expect(badge(page)).toHaveText('Redis · all sent')
    await openWorkstations(page)
    await page.getByRole('button', { name: 'Invite another computer' }).click()
    const groups = page.getByTestId('invitation-code').locator('span')
    await expect(groups).toHaveCount(5)
    const code = await groups.allTextContents()
    await expect(page.getByText(/^Valid once, until/)).toBeVisible()
    await expect(page.getByRole('img', { name: 'The code as a QR picture, for a scanner' })).toBeVisible()
    await expectAccessible(page)
    await page.keyboard.press('Escape')

    await second.goto(other.url)
    await second.getByRole('button', { name: /^Join a clinic/ }).click()
    await second.getByRole('button', { name: 'Join the clinic' }).click()
    await expect(second.getByText('Please fill this in.').first()).toBeVisible()
    await second.getByLabel('Address of the clinic’s server').fill(`127.0.0.1:${redis.port}`)
    await second.getByLabel('Invitation code').fill(code.join('').slice(1))
    await second.getByRole('button', { name: 'Join the clinic' }).click()
    await expect(second.getByText(/^An invitation code has 20 letters/)).toBeVisible()
    await second.getByLabel('Invitation code').fill(code.join(' ').toLowerCase())
    await second.getByRole('button', { name: 'Join the clinic' }).click()
    await expect(second.getByText('The server asks for a password.')).toBeVisible()
    await expectAccessible(second)
    await second.getByLabel('Password of the server').fill(password)
    await second.getByRole('button', { name: 'Join the clinic' }).click()
    const recovery = (await second.getByTestId('recovery-code').textContent()) ?? ''
    await second.getByLabel('To be sure that it is written down').fill(recovery.split('-').at(-1) ?? '')
    await second.getByRole('button', { name: 'Open the clinic' }).click()

    await expect(second.getByText('Riverside Dental')).toBeVisible()
    await signIn(second)
    await expect(badge(second)).toHaveText('Redis · all sent')
    await goTo(second, '#/patients')
    await expect(second.getByText('Otterbourn')).toBeVisible()

    await expect(page.getByRole('button', { name: /^What to do with/ })).toHaveCount(2, { timeout: 30_000 })
    const row = page.getByRole('row').filter({ hasNotText: 'this one' }).last()
    await row.getByRole('button', { name: /^What to do with/ }).click()
    await page.getByRole('menuitem', { name: 'Rename…' }).click()
    await page.getByLabel('Name of the workstation').fill('Front desk')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByRole('rowheader', { name: /^Front desk/ })).toBeVisible()

    await page.getByRole('button', { name: 'Require this version…' }).click()
    await expect(page.getByText('No workstation reports an older version.')).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Require it' }).click()
    await expect(page.getByText('Every workstation needs this version or a newer one to exchange records.')).toBeVisible()
    await expect(badge(second)).toHaveText('Redis · all sent')

    await page.getByRole('button', { name: 'What to do with Front desk' }).click()
    await page.getByRole('menuitem', { name: 'Remove…' }).click()
    const remove = page.getByRole('button', { name: 'Remove the workstation' })
    await expect(remove).toBeDisabled()
    await expectAccessible(page)
    await page.getByLabel(/^To be sure, type its name/).fill('front desk')
    await remove.click()
    await expect(page.getByText('The workstation was removed, and the clinic has a new key.')).toBeVisible({ timeout: 30_000 })
    await expect(page.getByText(/^Now change the password of the clinic’s server/)).toBeVisible()
    await page.getByRole('button', { name: 'Understood' }).click()
    await expect(page.getByRole('heading', { name: 'Removed' })).toBeVisible()

    // Its sessions ended; whoever signs in again reads what it holds and sees why nothing comes any more.
    await expect(second.getByLabel('User name')).toBeVisible({ timeout: 30_000 })
    await signIn(second)
    await expect(badge(second)).toHaveText(/^Needs attention/)
    await goTo(second, '#/patients')
    await expect(second.getByText('Otterbourn')).toBeVisible()
  } finally {
    await second.close()
    await other.stop()
    await redis.remove()
  }
})

test('a running program is asked for an invitation by the command line, and a code that was used says so', async ({ workstation, browser }) => {
  const redis = await startRedis({ password })
  const other = await startWorkstation('none', undefined, 'en', 'screen')
  const second = await (await browser.newContext()).newPage()
  try {
    await expect(runCommand(workstation.folder, ['invite', '--data', workstation.folder])).rejects.toThrow(/not connected to the clinic’s server/)
    await setServer(workstation, redis.port)
    const call = await restApi(workstation)
    await expect.poll(async () => (await call('GET', '/sync/status')).state).toBe('redis')
    const { code } = JSON.parse(await runCommand(workstation.folder, ['invite', '--data', workstation.folder])) as { code: string }
    const join = (folder: string) =>
      runCommand(
        folder,
        ['join', '--data', folder, '--redis', `redis://127.0.0.1:${redis.port}`, '--invite-stdin', '--password-stdin'],
        `${code}\n${password}\n`,
      )
    const third = pathOf(other.folder, '..', 'third', 'clinic')
    expect(JSON.parse(await join(third))).toMatchObject({ event: 'joined', clinicName: 'Riverside Dental', numberPrefix: 'B' })

    await second.goto(other.url)
    await second.getByRole('button', { name: /^Join a clinic/ }).click()
    await second.getByLabel('Address of the clinic’s server').fill(`redis://:${password}@127.0.0.1:${redis.port}`)
    await second.getByLabel('Invitation code').fill(code)
    await second.getByRole('button', { name: 'Join the clinic' }).click()
    await expect(second.getByText(/^The server knows no such invitation/)).toBeVisible()
    await second.getByLabel('Address of the clinic’s server').fill('127.0.0.1:1')
    await second.getByRole('button', { name: 'Join the clinic' }).click()
    await expect(second.getByText('The server does not answer.')).toBeVisible({ timeout: 30_000 })
    await second.getByRole('button', { name: 'Back' }).click()
    await expect(second.getByRole('button', { name: /^New clinic/ })).toBeVisible()
  } finally {
    await second.close()
    await other.stop()
    await redis.remove()
  }
})

test('several clinics on one computer: each with its own folder, chosen by name', async ({ browser }) => {
  test.slow()
  const application = await startApplication()
  const page = await (await browser.newContext()).newPage()
  const signOut = async (name: string) => {
    await page.getByRole('button', { name: `Account of ${name}` }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
  }
  try {
    await page.goto(application.url)
    await page.getByRole('button', { name: /^Try with a demo clinic/ }).click()
    await expect(page.getByText('Demo clinic: every record here is made up.')).toBeVisible({ timeout: 30_000 })
    await signOut('Demo')
    await page.getByRole('button', { name: 'Add another clinic' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Which clinic?')
    await expectAccessible(page)
    await page.getByRole('button', { name: /^Add another clinic/ }).click()
    await page.getByRole('button', { name: /^New clinic/ }).click()
    await page.getByLabel('Name of the clinic').fill('Hillside Optics')
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByLabel('Your name').fill('Ana Reyes')
    await page.getByLabel('User name').fill('ana')
    await page.getByLabel('Password', { exact: true }).fill('seven green umbrellas')
    await page.getByLabel('Password again').fill('seven green umbrellas')
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('button', { name: 'Create the clinic' }).click()
    const recovery = (await page.getByTestId('recovery-code').textContent()) ?? ''
    await page.getByLabel('To be sure that it is written down').fill(recovery.split('-').at(-1) ?? '')
    await page.getByRole('button', { name: 'Open the clinic' }).click()
    await expect(page.getByRole('button', { name: 'Account of Ana Reyes' })).toBeVisible()
    expect(readdirSync(pathOf(application.folder, 'clinics'))).toHaveLength(2)

    await application.restart()
    await page.reload()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Which clinic?')
    await expect(page.getByRole('button', { name: 'Riverside Demo Clinic' })).toBeVisible()
    await page.getByRole('button', { name: 'Hillside Optics' }).click()
    await expect(page.getByRole('button', { name: 'Account of Ana Reyes' })).toBeVisible()
    await signOut('Ana Reyes')
    await page.getByRole('button', { name: 'Other clinics' }).click()
    await page.getByRole('button', { name: /^Riverside Demo Clinic/ }).click()
    await expect(page.getByText('This is a demo')).toBeVisible()
  } finally {
    await page.close()
    await application.stop()
  }
})
