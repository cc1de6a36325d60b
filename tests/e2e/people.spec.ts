import type { Page } from '@playwright/test'
import { badge, go, openPage, post, send, test } from './support/pair.js'
import { expect, expectAccessible } from './support/test.js'

/** The dentist, who works at the second computer. */
const rossi = { username: 'rossi', password: 'nine purple teapots', displayName: 'Dr Rossi' }

const online = (page: Page) => page.getByRole('button', { name: /online$/ })
const bell = (page: Page) => page.getByRole('button', { name: /^Notifications/ })

/** Names the first computer, and gives the dentist an account and a place on the schedule. */
async function prepare(first: Page): Promise<{ providerId: string; patientId: string }> {
  const { items } = await send<{ items: { id: string; isThis: boolean }[] }>(first, 'GET', '/sync/workstations')
  for (const { id, isThis } of items) await send(first, 'PATCH', `/workstations/${id}`, { name: isThis ? 'Reception' : 'Surgery' })
  const { id: providerId } = await post(first, '/practitioners', { familyName: 'Rossi', givenName: 'Ada', isBookable: true })
  await post(first, '/accounts', { ...rossi, role: 'clinician', practitionerId: providerId })
  const { id: patientId } = await post(first, '/patients', { familyName: 'García', givenName: 'Lucía' })
  await expect(badge(first)).toContainText('all sent')
  return { providerId, patientId }
}

/** A moment of today at the clinic, in Madrid. */
const todayAt = (page: Page, hour: number): Promise<string> =>
  page.evaluate((at) => {
    const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Madrid' }).format(new Date())
    const offset = new Date(`${day}T12:00:00Z`).toLocaleString('en-GB', { timeZone: 'Europe/Madrid', hour: '2-digit', hour12: false })
    return new Date(Date.parse(`${day}T00:00:00Z`) + (at - (Number(offset) - 12)) * 3_600_000).toISOString()
  }, hour)

test('two people see each other, who has a chart open and who edits it, until the other computer dies', async ({ browser, pair: { first, workstations } }) => {
  test.setTimeout(180_000)
  const { patientId } = await prepare(first)
  const [, surgery] = workstations
  const second = await openPage(browser, surgery, rossi)
  await expect(online(first)).toHaveAccessibleName('1 other person is online')
  await online(first).click()
  const list = first.getByRole('dialog', { name: /online$/ })
  await expect(list.getByRole('listitem').filter({ hasText: 'Dr Rossi' })).toContainText('Surgery · since')
  await expect(list.getByRole('listitem').filter({ hasText: '(you)' }).first()).toContainText('Reception')
  await expectAccessible(first)
  await first.keyboard.press('Escape')
  await expect(online(first)).toBeFocused()

  for (const page of [first, second]) {
    await go(page, `/patients/${patientId}`)
    await expect(page.getByRole('heading', { name: 'García, Lucía' })).toBeVisible()
  }
  await expect(first.getByText('Dr Rossi has this open on Surgery')).toBeVisible()
  await second.getByRole('button', { name: 'Edit', exact: true }).click()
  await expect(second.getByRole('dialog').first()).toBeVisible()
  await expect(first.getByText('Dr Rossi is editing this on Surgery')).toBeVisible()
  await expectAccessible(first)
  await expectAccessible(second)

  await surgery.kill()
  await expect(first.getByText('Dr Rossi is editing this on Surgery')).toHaveCount(0, { timeout: 40_000 })
  await expect(online(first)).toHaveAccessibleName('Nobody else is online')
  await second.context().close()
  await surgery.start()
})

test('a dentist is told of a visit that reception books, reads it, and finds it read on the other computer', async ({
  browser,
  pair: { first, workstations },
}) => {
  test.setTimeout(180_000)
  const { patientId, providerId } = await prepare(first)
  const [reception, surgery] = workstations
  const second = await openPage(browser, surgery, rossi)
  await expect(bell(second)).toHaveAccessibleName('Notifications')
  await post(first, '/appointments', { patientId, providerId, startAt: await todayAt(first, 12), durationMinutes: 30, overrideReason: 'Test' })
  await expect(bell(second)).toHaveAccessibleName('Notifications, 1 unread')
  await bell(second).click()
  const panel = second.getByRole('dialog', { name: 'Notifications' })
  const item = panel.getByRole('link', { name: /Lucía García is booked for/ })
  await expect(item).toBeVisible()
  await expect(item).toContainText('ana')
  await expectAccessible(second)
  await expect(bell(second)).toHaveAccessibleName('Notifications')
  await item.click()
  await expect(second).toHaveURL(/#\/schedule\?/)
  await expect(second.locator('[data-appointment]').filter({ hasText: 'García' })).toHaveCount(1)

  const again = await openPage(browser, reception, rossi)
  await bell(again).click()
  const there = again.getByRole('dialog', { name: 'Notifications' })
  await expect(there.getByRole('link', { name: /Lucía García is booked for/ })).toBeVisible()
  await expect(bell(again)).toHaveAccessibleName('Notifications')
  await there.getByRole('button', { name: 'Choose what is told' }).click()
  await expectAccessible(again)
  await there.getByLabel('Visits booked with me for today').click()
  await expect(there.getByLabel('Visits booked with me for today')).not.toBeChecked()
  await there.getByRole('button', { name: 'Back to the notifications' }).click()
  await expect(there).toContainText('Nothing new.')
  await second.reload()
  await bell(second).click()
  await expect(second.getByRole('dialog', { name: 'Notifications' })).toContainText('Nothing new.')
  for (const page of [again, second]) await page.context().close()
})

test('the browser shows over other windows that something came in, without a name, once it was turned on', async ({
  browser,
  pair: { first, workstations },
}) => {
  test.setTimeout(180_000)
  const { patientId, providerId } = await prepare(first)
  const [, surgery] = workstations
  const context = await browser.newContext({ permissions: ['notifications'] })
  const second = await context.newPage()
  // The browser’s own notifications cannot be seen from here: what is asked of it is.
  await second.addInitScript(() => {
    const shown: object[] = []
    class Watched {
      static permission = 'granted'
      static requestPermission = async () => 'granted'
      constructor(title: string, options: object) {
        shown.push({ title, ...options })
      }
    }
    Object.assign(window, { Notification: Watched, shown })
    document.hasFocus = () => 'isLooking' in window
  })
  const shown = () => second.evaluate(() => (window as unknown as { shown: object[] }).shown)
  await second.goto(surgery.url)
  await second.getByLabel('User name').fill(rossi.username)
  await second.getByLabel('Password', { exact: true }).fill(rossi.password)
  await second.getByRole('button', { name: 'Sign in' }).click()
  await expect(bell(second)).toBeVisible()

  const book = async (hour: number) =>
    post(first, '/appointments', { patientId, providerId, startAt: await todayAt(first, hour), durationMinutes: 30, overrideReason: 'Test' })
  await book(9)
  await expect(bell(second)).toHaveAccessibleName('Notifications, 1 unread')
  expect(await shown()).toEqual([])
  await bell(second).click()
  await second.getByRole('button', { name: 'Choose what is told' }).click()
  await second.getByLabel('Show over other windows').click()
  await expect(second.getByLabel('Show over other windows')).toBeChecked()
  await second.keyboard.press('Escape')
  await book(11)
  await expect.poll(shown).toEqual([{ title: 'MedInsight Hub', body: 'A visit was booked with you for today.', tag: 'visitBooked', lang: 'en' }])
  await second.evaluate(() => Object.assign(window, { isLooking: true }))
  await book(13)
  await expect(bell(second)).toHaveAccessibleName('Notifications, 2 unread')
  expect(await shown()).toHaveLength(1)
  await context.close()
})
