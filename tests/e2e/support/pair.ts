import type { Browser, Page } from '@playwright/test'
import { startRedis } from '../../support/redis-server.js'
import { test as base, expect, signIn } from './test.js'
import { startWorkstation, type Workstation } from './workstation.js'

/** Two computers of one clinic, each with its own program and database, a real server between them, and somebody signed in on each. */
export interface Pair {
  first: Page
  second: Page
  /** The programs behind the two pages. */
  workstations: readonly [Workstation, Workstation]
  redis: Awaited<ReturnType<typeof startRedis>>
}

/** What a page's status badge says. */
export const badge = (page: Page) => page.getByRole('status', { name: 'Synchronisation' })

/** Asks the REST interface of a page's workstation, as whoever is signed in there. */
export const send = <Answer = { id: string; recordNumber: string }>(page: Page, method: string, path: string, body?: object): Promise<Answer> =>
  page.evaluate(
    async ([how, to, json]) => {
      const options = { method: how as string, headers: { 'content-type': 'application/json' }, ...(json !== undefined && { body: json }) }
      return (await fetch(`/api/v1${to}`, options)).json()
    },
    [method, path, body && JSON.stringify(body)] as const,
  )

export const post = (page: Page, path: string, body: object): Promise<{ id: string; recordNumber: string }> => send(page, 'POST', path, body)

/** Leads a page to a place of the application, e.g. `/patients`. */
export const go = (page: Page, place: string): Promise<void> => page.evaluate((to) => void (location.hash = to), `#${place}`)

/** Opens a workstation's page and signs in there. */
export async function openPage(browser: Browser, { url }: Workstation, as?: Parameters<typeof signIn>[1]): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  await page.goto(url)
  await signIn(page, as)
  await expect(badge(page)).toContainText('all sent')
  return page
}

export const test = base.extend<{ pair: Pair }>({
  pair: async ({ browser }, use) => {
    const redis = await startRedis()
    const started: Workstation[] = []
    try {
      const server = `redis://127.0.0.1:${redis.port}` as const
      const a = await startWorkstation('made', undefined, 'en', server)
      started.push(a)
      const b = await startWorkstation({ joined: a }, undefined, 'en', server)
      started.push(b)
      const first = await openPage(browser, a)
      const second = await openPage(browser, b)
      await use({ first, second, workstations: [a, b], redis })
      for (const page of [first, second]) await page.context().close()
    } finally {
      for (const workstation of started.reverse()) await workstation.stop()
      await redis.remove()
    }
  },
})
