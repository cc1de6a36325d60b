import type { Page } from '@playwright/test'
import { startRedis } from '../support/redis-server.js'
import { expect, expectAccessible, signIn, test } from './support/test.js'
import { startWorkstation, type Workstation } from './support/workstation.js'

const badge = (page: Page) => page.getByRole('status', { name: 'Synchronisation' })

const post = (page: Page, path: string, body: object): Promise<{ id: string; recordNumber: string }> =>
  page.evaluate(
    async ([to, json]) => (await fetch(`/api/v1${to}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: json as string })).json(),
    [path, JSON.stringify(body)] as const,
  )

test('an administrator erases a patient; the chart that is open on the other computer says so, and no search finds anything', async ({ browser }) => {
  test.setTimeout(150_000)
  const redis = await startRedis()
  const started: Workstation[] = []
  try {
    const server = `redis://127.0.0.1:${redis.port}` as const
    const a = await startWorkstation('made', undefined, 'en', server)
    started.push(a)
    const b = await startWorkstation({ joined: a }, undefined, 'en', server)
    started.push(b)
    const [first, second] = await Promise.all(
      [a, b].map(async ({ url }) => {
        const page = await (await browser.newContext()).newPage()
        await page.goto(url)
        await signIn(page)
        await expect(badge(page)).toContainText('all sent')
        return page
      }),
    )
    if (!first || !second) throw new Error('Two pages were expected.')
    const { id, recordNumber } = await post(first, '/patients', { familyName: 'Quimera', givenName: 'Olga' })
    await post(first, `/patients/${id}/symptoms`, {
      concern: 'Headache',
      symptoms: '',
      severity: 'mild',
      occurredAt: new Date(Date.now() - 86_400_000).toISOString(),
    })
    for (const page of [first, second]) {
      await page.evaluate((to) => void (location.hash = to), `#/patients/${id}`)
      await expect(page.getByRole('heading', { name: 'Quimera, Olga' })).toBeVisible()
    }

    await first.getByRole('button', { name: 'More about this patient' }).click()
    await first.getByRole('menuitem', { name: 'Erase on lawful request…' }).click()
    const dialog = first.getByRole('dialog', { name: 'Erase this patient?' })
    await expect(dialog.getByRole('listitem').filter({ hasText: 'Symptoms: 1' })).toBeVisible()
    await expectAccessible(first)
    const erase = dialog.getByRole('button', { name: 'Erase for ever' })
    await dialog.getByLabel('Ground').fill('Request under article 17, asked for by Olga Quimera')
    await dialog.getByLabel(`To be sure, type the record number: ${recordNumber}`).fill(recordNumber)
    await expect(erase).toBeDisabled()
    await dialog.getByLabel('The law asks for erasing these records before then').check()
    await erase.click()
    await expect(dialog.getByText('Please leave out the name and the record number.')).toBeVisible()
    await dialog.getByLabel('Ground').fill('Request under article 17')
    await erase.click()
    const result = first.getByRole('dialog', { name: 'The patient was erased' })
    await expect(result.getByRole('status')).toContainText('Nothing of the patient is left on this workstation')
    await result.getByRole('button', { name: 'Understood' }).click()

    await expect(second.getByRole('alert')).toContainText('This was erased')
    await expect(second.getByText('Quimera')).toHaveCount(0)
    for (const page of [first, second]) {
      await page.evaluate(() => void (location.hash = '#/patients'))
      await page.getByLabel('Find patients').fill('Quimera')
      await expect(page.getByRole('main')).toContainText('Nobody found')
    }
  } finally {
    for (const workstation of started.reverse()) await workstation.stop()
    await redis.remove()
  }
})
