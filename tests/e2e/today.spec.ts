import type { Page } from '@playwright/test'
import { expect, expectAccessible, restApi, signIn, test } from './support/clinic.js'
import type { Workstation } from './support/workstation.js'

/** A moment of today that has not come yet and is not near midnight in the clinic's time zone. */
const today = (hour: number): string => {
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Madrid' }).format(new Date())
  return `${day}T${String(hour).padStart(2, '0')}:00:00+01:00`
}

/** Books visits of today for the first patients; with two chairs, so that one has to be chosen. */
async function book(workstation: Workstation, hours: readonly number[]): Promise<{ ids: string[]; names: string[] }> {
  const api = await restApi(workstation)
  await api('POST', '/chairs', { name: 'Chair 2' })
  const provider = await api('POST', '/practitioners', { familyName: 'Silva', givenName: 'Rui', prefix: 'Dr.' })
  const { items } = (await api('GET', '/patients?limit=50')) as { items: { id: string; givenName: string; familyName: string }[] }
  const ids: string[] = []
  for (const [index, hour] of hours.entries()) {
    const made = await api('POST', '/appointments', {
      patientId: items[index]?.id,
      startAt: today(hour),
      providerId: provider.id,
      reason: 'Check-up',
      overrideReason: 'test',
    })
    ids.push(String(made.id))
  }
  return { ids, names: items.slice(0, hours.length).map(({ givenName, familyName }) => `${givenName} ${familyName}`) }
}

const visits = (page: Page) => page.getByRole('list', { name: 'Visits of today' })
const visit = (page: Page, name: string) => visits(page).getByRole('listitem').filter({ hasText: name })
const step = (page: Page, name: string, text: string) => visit(page, name).getByRole('button', { name: `${text}: ${name}` })

test('a day with nothing booked says so', async ({ page }) => {
  await signIn(page)
  await expect(page.getByRole('heading', { level: 1, name: 'Today' })).toBeVisible()
  await expect(page.getByText(/No visits today|Closed today/)).toBeVisible()
  await expectAccessible(page)
})

test('a visit is followed through its day by one click a step', async ({ page, workstation }) => {
  const { names } = await book(workstation, [9, 10])
  const name = names[0] ?? ''
  await signIn(page)
  await expect(visits(page).getByRole('listitem')).toHaveCount(2)
  await expect(page.getByText('2 still to come')).toBeVisible()
  await expectAccessible(page)

  await step(page, name, 'Confirm').click()
  await expect(visit(page, name)).toContainText('Confirmed')
  await step(page, name, 'Arrived').click()
  await expect(visit(page, name)).toContainText('waiting 0 min')
  await expect(page.getByText('longest 0 min')).toBeVisible()
  await step(page, name, 'To the chair').click()
  await page.getByRole('menuitem', { name: 'Chair 2' }).click()
  await expect(visit(page, name)).toContainText('In chair')
  await expect(visit(page, name)).toContainText('Chair 2')
  await step(page, name, 'Done').click()
  await expect(visit(page, name)).toContainText('Done')
  await step(page, name, 'Has left').click()
  // Who has left is no longer among the open visits, and is found among those that are over.
  await expect(visit(page, name)).toBeHidden()
  await page.getByText('Over', { exact: true }).click()
  await expect(visit(page, name)).toContainText('Left')
  await expectAccessible(page)
})

test('a step taken by mistake is taken back, the chair with it', async ({ page, workstation }) => {
  const { names } = await book(workstation, [9])
  const name = names[0] ?? ''
  await signIn(page)
  await step(page, name, 'Arrived').click()
  await step(page, name, 'To the chair').click()
  await page.getByRole('menuitem', { name: 'Chair 1' }).click()
  await expect(visit(page, name)).toContainText('In chair')
  await page.getByRole('alert').filter({ hasText: 'In chair' }).getByRole('button', { name: 'Undo' }).click()
  await expect(visit(page, name)).toContainText('Arrived')
  await expect(visit(page, name)).not.toContainText('Chair 1')
})

test('what another workstation’s reception does appears by itself', async ({ page, workstation }) => {
  const { ids, names } = await book(workstation, [9, 10])
  await signIn(page)
  await expect(visits(page).getByRole('listitem')).toHaveCount(2)
  const api = await restApi(workstation)
  await api('POST', `/appointments/${ids[1]}/status`, { status: 'arrived', at: new Date(Date.now() - 20 * 60_000).toISOString() })
  await expect(visit(page, names[1] ?? '')).toContainText('waiting 20 min')
  await expect(page.getByText('longest 20 min')).toBeVisible()
  await api('POST', `/appointments/${ids[0]}/status`, { status: 'noShow' })
  await expect(visits(page).getByRole('listitem')).toHaveCount(1)
})

test('the way from the day to the chart and back', async ({ page, workstation }) => {
  const { names } = await book(workstation, [9])
  await signIn(page)
  await visit(page, names[0] ?? '')
    .getByRole('link')
    .click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText(names[0]?.split(' ').at(-1) ?? '')
  await expect(page.getByRole('region', { name: 'Next appointment' })).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('heading', { level: 1, name: 'Today' })).toBeVisible()
})
