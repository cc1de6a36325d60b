import type { Page } from '@playwright/test'
import { startRedis } from '../support/redis-server.js'
import { expect, signIn, test } from './support/test.js'
import { startWorkstation, type Workstation } from './support/workstation.js'

/** Two computers of one clinic, each with its own program and database, and a real server between them. */
const day = '2027-03-15'
const badge = (page: Page) => page.getByRole('status', { name: 'Synchronisation' })

interface Pair {
  first: Page
  second: Page
  post(page: Page, path: string, body: object): Promise<{ id: string }>
  redis: Awaited<ReturnType<typeof startRedis>>
}

const post: Pair['post'] = (page, path, body) =>
  page.evaluate(
    async ([to, json]) => (await fetch(`/api/v1${to}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: json as string })).json(),
    [path, JSON.stringify(body)] as const,
  )

const pair = test.extend<{ pair: Pair }>({
  pair: async ({ browser }, use) => {
    const redis = await startRedis()
    const started: Workstation[] = []
    try {
      const server = `redis://127.0.0.1:${redis.port}` as const
      const a = await startWorkstation('made', undefined, 'en', server)
      started.push(a)
      const b = await startWorkstation({ joined: a }, undefined, 'en', server)
      started.push(b)
      const pages: Page[] = []
      for (const { url } of [a, b]) {
        const context = await browser.newContext()
        const page = await context.newPage()
        await page.goto(url)
        await signIn(page)
        await expect(badge(page)).toContainText('all sent')
        pages.push(page)
      }
      await use({ first: pages[0] as Page, second: pages[1] as Page, post, redis })
      for (const page of pages) await page.context().close()
    } finally {
      for (const workstation of started.reverse()) await workstation.stop()
      await redis.remove()
    }
  },
})

pair(
  'a visit booked on one computer shows on the other’s open schedule, where a half-filled form keeps what was typed',
  async ({ pair: { first, second, post } }) => {
    pair.setTimeout(120_000)
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
  },
)

pair('both go on without the server, and hold the same when it is back', async ({ pair: { first, second, post, redis } }) => {
  pair.setTimeout(120_000)
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
