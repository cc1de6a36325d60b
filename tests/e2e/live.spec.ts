import { expect, signIn, test } from './support/test.js'

const day = '2027-03-15'

test('a visit booked on one screen shows on the other’s open schedule at once, where a half-filled form keeps what was typed', async ({
  page,
  browser,
  workstation,
}) => {
  await signIn(page)
  const post = (path: string, body: object): Promise<{ id: string }> =>
    page.evaluate(
      async ([to, json]) => (await fetch(`/api/v1${to}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: json as string })).json(),
      [path, JSON.stringify(body)] as const,
    )
  await post('/practitioners', { familyName: 'Ruiz', givenName: 'Elena', isBookable: true })
  await post('/patients', { familyName: 'García', givenName: 'Lucía' })
  await post('/patients', { familyName: 'Haddad', givenName: 'Omar' })

  // The second screen: the schedule of that day, with a visit being typed over it.
  const context = await browser.newContext()
  const other = await context.newPage()
  await other.goto(`${workstation.url}/#/schedule?view=day&date=${day}`)
  await signIn(other)
  await expect(other.locator('[data-column]').first()).toBeVisible()
  await other.keyboard.press('b')
  const form = other.getByRole('dialog').last()
  await form.getByLabel('Patient').fill('omar')
  await other.getByRole('option', { name: /Omar Haddad/ }).click()
  const note = form.getByLabel('Note', { exact: true })
  await note.fill('Comes with a')
  await note.evaluate((field) => {
    Object.assign(window, { keptField: field })
  })

  await page.goto(`${workstation.url}/#/schedule?view=day&date=${day}`)
  await expect(page.locator('[data-column]').first()).toBeVisible()
  await page.keyboard.press('b')
  await page.getByRole('dialog').last().getByLabel('Patient').fill('lucia')
  await page.getByRole('option', { name: /Lucía García/ }).click()
  await page.getByRole('dialog').last().getByLabel('Start').fill('9:30')
  await page.getByRole('dialog').last().getByRole('button', { name: 'Book', exact: true }).click()
  await expect(page.getByRole('dialog')).toBeHidden()

  await expect(other.locator('[data-appointment]').filter({ hasText: 'García' })).toHaveCount(1)
  await expect(note).toHaveValue('Comes with a')
  await expect(note).toBeFocused()
  // The very same field, not one that was filled anew; and typing goes on in it.
  expect(await note.evaluate((field) => (window as unknown as { keptField?: Element }).keptField === field)).toBe(true)
  await other.keyboard.type(' friend')
  await expect(note).toHaveValue('Comes with a friend')
  await expect(form.getByRole('textbox', { name: 'Patient' })).toHaveValue('Omar Haddad')
  await context.close()
})
