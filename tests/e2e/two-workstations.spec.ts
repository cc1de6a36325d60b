import { badge, post, test } from './support/pair.js'
import { expect } from './support/test.js'

const day = '2027-03-15'

test('a visit booked on one computer shows on the other’s open schedule, where a half-filled form keeps what was typed', async ({
  pair: { first, second },
}) => {
  test.setTimeout(120_000)
  const provider = await post(first, '/practitioners', { familyName: 'Ruiz', givenName: 'Elena', isBookable: true })
  const patient = await post(first, '/patients', { familyName: 'García', givenName: 'Lucía' })

  await second.evaluate((to) => void (location.hash = to), `#/schedule?view=day&date=${day}`)
  await expect(second.locator('[data-column]').first()).toBeVisible()
  await second.keyboard.press('b')
  const form = second.getByRole('dialog').last()
  const note = form.getByLabel('Note', { exact: true })
  await note.fill('Comes with a')

  await post(first, '/appointments', { patientId: patient.id, providerId: provider.id, startAt: `${day}T08:30:00Z`, durationMinutes: 30 })
  await expect(second.locator('[data-appointment]').filter({ hasText: 'García' })).toHaveCount(1)
  await expect(note).toHaveValue('Comes with a')
  await expect(note).toBeFocused()
  await second.keyboard.type(' friend')
  await expect(note).toHaveValue('Comes with a friend')
})

test('both go on without the server, and hold the same when it is back', async ({ pair: { first, second, redis } }) => {
  test.setTimeout(120_000)
  await redis.kill()
  await expect(badge(first)).toContainText(/Local since|Reconnecting/)
  await post(first, '/patients', { familyName: 'Offline', givenName: 'Ada' })
  await post(second, '/patients', { familyName: 'Offline', givenName: 'Bo' })
  await expect(badge(second)).toContainText('1 waiting', { timeout: 60_000 })
  await redis.restart()
  for (const page of [first, second]) {
    await expect(badge(page)).toContainText('all sent', { timeout: 30_000 })
    await page.evaluate(() => void (location.hash = '#/patients'))
    await expect(page.getByRole('main')).toContainText('Ada')
    await expect(page.getByRole('main')).toContainText('Bo')
    await expect(page.getByRole('main')).toContainText(/A0000\d/)
    await expect(page.getByRole('main')).toContainText(/B0000\d/)
  }
})
