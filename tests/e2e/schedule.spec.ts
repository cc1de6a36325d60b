import type { Page } from '@playwright/test'
import { expect, expectAccessible, signIn, test } from './support/test.js'

/** A Monday in winter time. */
const day = '2027-03-15'

const call = <Answer>(page: Page, method: string, path: string, body?: object): Promise<Answer> =>
  page.evaluate(
    async ([verb, to, json]) => {
      const response = await fetch(`/api/v1${to}`, { method: verb as string, headers: { 'content-type': 'application/json' }, ...(json && { body: json }) })
      return (await response.json()) as never
    },
    [method, path, body && JSON.stringify(body)] as const,
  )

interface Made {
  id: string
}
interface Clinic {
  ruiz: Made
  vega: Made
  chair: Made
  lucia: Made
  omar: Made
}

/** Two providers, a second chair, two patients, and opening hours from nine to six. */
async function setUp(page: Page): Promise<Clinic> {
  await signIn(page)
  await call(page, 'PATCH', '/settings/clinic', { hours: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: 540, to: 1080 })) })
  const ruiz = await call<Made>(page, 'POST', '/practitioners', { familyName: 'Ruiz', givenName: 'Elena', prefix: 'Dr.', isBookable: true })
  const vega = await call<Made>(page, 'POST', '/practitioners', { familyName: 'Vega', givenName: 'Pablo', prefix: 'Dr.', isBookable: true })
  const chair = await call<Made>(page, 'POST', '/chairs', { name: 'Surgery' })
  const lucia = await call<Made>(page, 'POST', '/patients', { familyName: 'García', givenName: 'Lucía', birthDate: '1980-04-03' })
  const omar = await call<Made>(page, 'POST', '/patients', { familyName: 'Haddad', givenName: 'Omar' })
  return { ruiz, vega, chair, lucia, omar }
}

/** Books over REST, `time` on the wall clock of winter in Madrid. */
const booked = (page: Page, { ruiz }: Clinic, patient: Made, time: string, more: object = {}): Promise<Made> =>
  call(page, 'POST', '/appointments', { patientId: patient.id, providerId: ruiz.id, startAt: `${day}T${time}:00+01:00`, durationMinutes: 30, ...more })

const open = (page: Page, search = `view=day&by=provider&date=${day}`): Promise<void> =>
  page.evaluate((to) => void (location.hash = `#/schedule?${to}`), search)
const visit = (page: Page, name: RegExp | string) => page.locator('[data-appointment]').and(page.getByRole('button', { name }))
const form = (page: Page) => page.getByRole('dialog').last()

/** The middle of a place on the board: a column and hours after midnight. */
async function placeAt(page: Page, column: number, hours: number, beside: { name: string; hours: number }) {
  const known = await visit(page, new RegExp(beside.name)).first().boundingBox()
  const target = await page.locator('[data-column]').nth(column).boundingBox()
  if (!known || !target) throw new Error('The board is not there.')
  return { x: target.x + target.width / 2, y: known.y + (hours - beside.hours) * 80 + 4 }
}

test('nobody on the schedule yet: it says what to do, and it can be done right there', async ({ page }) => {
  await signIn(page)
  await page.getByRole('link', { name: 'Schedule' }).click()
  await expect(page.getByText('Nobody can be booked yet')).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('Given name').fill('Elena')
  await page.getByLabel('Family name').fill('Ruiz')
  await page.getByLabel('Family name').press('Enter')
  await expect(page.getByText('Nobody can be booked yet')).toBeHidden()
  await expect(page.locator('[data-column]')).toHaveCount(1)
  await page.getByRole('button', { name: 'Providers and chairs' }).click()
  await page.getByRole('button', { name: 'On the schedule: Elena Ruiz' }).click()
  await page.keyboard.press('Escape')
  await expect(page.getByText('Nobody can be booked yet')).toBeVisible()
})

test('book by keyboard alone', async ({ page }) => {
  await setUp(page)
  await open(page)
  await expect(page.locator('[data-column]').first()).toBeVisible()
  await page.keyboard.press('b')
  await expect(form(page).getByLabel('Patient')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await page.keyboard.press('b')
  await expect(form(page).getByLabel('Patient')).toBeFocused()
  await page.keyboard.type('garcia lu')
  await expect(page.getByRole('option', { name: /Lucía García/ })).toHaveAttribute('data-combobox-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(form(page).getByRole('textbox', { name: 'Patient' })).toHaveValue('Lucía García')
  await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('option', { name: 'First visit · 45 min' })).toHaveAttribute('data-combobox-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(form(page).getByLabel('Minutes')).toHaveValue('45')
  await expect(form(page).getByLabel('Reason', { exact: true })).toHaveValue('First visit')
  await form(page).getByLabel('Start').focus()
  await page.keyboard.type('930')
  await expect(form(page).getByText('This time is free.')).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(visit(page, /Lucía García, 9:30 to 10:15, Booked/)).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(visit(page, /Lucía García, 9:30 to 10:15, Cancelled/)).toBeVisible()
})

test('a click on the board begins a visit there, and a double click on the button books it once', async ({ page }) => {
  const clinic = await setUp(page)
  await booked(page, clinic, clinic.omar, '09:00')
  await open(page)
  const { x, y } = await placeAt(page, 1, 10, { name: 'Omar', hours: 9 })
  await page.mouse.click(x, y)
  await expect(form(page).getByLabel('Start')).toHaveValue('10:00')
  await expect(form(page).getByRole('combobox', { name: 'Provider' })).toHaveValue('Dr. Pablo Vega')
  await form(page).getByLabel('Patient').fill('lucia')
  await page.getByRole('option', { name: /Lucía García/ }).click()
  await form(page).getByRole('button', { name: 'Book', exact: true }).dblclick()
  await expect(visit(page, /Lucía García, 10:00 to 10:30/)).toHaveCount(1)
  const { items } = await call<{ items: unknown[] }>(page, 'GET', `/appointments?patientId=${clinic.lucia.id}`)
  expect(items).toHaveLength(1)
})

test('somebody new is registered without losing the form', async ({ page }) => {
  await setUp(page)
  await open(page)
  await page.getByRole('button', { name: 'Book a visit' }).click()
  await form(page).getByLabel('Note').fill('Brings X-rays')
  await form(page).getByLabel('Patient').fill('Amara Okafor')
  await page.getByRole('option', { name: /Register “Amara Okafor”/ }).click()
  await expect(page.getByLabel('Family name')).toHaveValue('Okafor')
  await page.getByRole('button', { name: 'Register as a new patient' }).click()
  await expect(form(page).getByRole('textbox', { name: 'Patient' })).toHaveValue('Amara Okafor')
  await expect(form(page).getByLabel('Note')).toHaveValue('Brings X-rays')
})

test('drag to another provider and time, then take it back', async ({ page }) => {
  const clinic = await setUp(page)
  await booked(page, clinic, clinic.lucia, '09:00')
  await open(page)
  const from = await visit(page, /Lucía/).boundingBox()
  const to = await placeAt(page, 1, 11, { name: 'Lucía', hours: 9 })
  if (!from) throw new Error('The visit is not there.')
  await page.mouse.move(from.x + from.width / 2, from.y + 4)
  await page.mouse.down()
  await page.mouse.move(to.x, to.y - 40, { steps: 4 })
  await page.mouse.move(to.x, to.y, { steps: 4 })
  await page.mouse.up()
  await expect(visit(page, /Lucía García, 11:00 to 11:30/)).toBeVisible()
  const after = await call<{ items: { providerId: string }[] }>(page, 'GET', `/appointments?patientId=${clinic.lucia.id}`)
  expect(after.items[0]?.providerId).toBe(clinic.vega.id)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(visit(page, /Lucía García, 9:00 to 9:30/)).toBeVisible()
  await expect(page.getByText('Lucía García is back where it was.')).toBeVisible()
})

test('move and resize by keyboard, on to a taken time: put back, or booked anyway with a reason', async ({ page }) => {
  const clinic = await setUp(page)
  await booked(page, clinic, clinic.lucia, '09:00')
  await booked(page, clinic, clinic.omar, '09:45')
  await open(page)
  await visit(page, /Lucía/).focus()
  await page.keyboard.press('+')
  await page.keyboard.press('Enter')
  await expect(visit(page, /Lucía García, 9:00 to 9:45/)).toBeVisible()

  await page.keyboard.press('m')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'This time is not free' })
  await expect(dialog.getByText('The provider is already booked')).toBeVisible()
  await expect(dialog.getByText(/9:45 – 10:15, Omar Haddad/)).toBeVisible()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Put it back' }).click()
  await expect(visit(page, /Lucía García, 9:00 to 9:45/)).toBeVisible()

  await visit(page, /Lucía/).focus()
  await page.keyboard.press('m')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', { name: 'Book anyway' }).click()
  await expect(dialog.getByText('Say why, or choose another time.')).toBeVisible()
  await dialog.getByLabel('Reason to book it anyway').fill('Omar comes late')
  await page.keyboard.press('Enter')
  await expect(visit(page, /Lucía García, 9:15 to 10:00, Booked.*despite a conflict/)).toBeVisible()
})

test('a clash shows before saving, with free times; overriding asks for a reason', async ({ page }) => {
  const clinic = await setUp(page)
  await booked(page, clinic, clinic.omar, '09:00')
  await open(page)
  await page.getByRole('button', { name: 'Book a visit' }).click()
  await form(page).getByLabel('Patient').fill('lucia')
  await page.getByRole('option', { name: /Lucía García/ }).click()
  await form(page).getByRole('combobox', { name: 'Provider' }).click()
  await page.getByRole('option', { name: 'Dr. Elena Ruiz' }).click()
  await form(page).getByLabel('Start').fill('9:15')
  await expect(form(page).getByText('The provider is already booked')).toBeVisible()
  await expect(form(page).getByText(/9:00 – 9:30, Omar Haddad/)).toBeVisible()
  await form(page).getByRole('button', { name: 'Book anyway' }).click()
  await expect(form(page).getByText('Say why, or choose another time.')).toBeVisible()
  await expectAccessible(page)
  await form(page).getByRole('button', { name: 'Mon, 15 Mar 9:30' }).click()
  await expect(form(page).getByText('This time is free.')).toBeVisible()
  await form(page).getByRole('button', { name: 'Book', exact: true }).click()
  await expect(visit(page, /Lucía García, 9:30 to 10:00/)).toBeVisible()
})

test('the course of a visit: check in, take it back, cancel with a reason', async ({ page }) => {
  const clinic = await setUp(page)
  await booked(page, clinic, clinic.lucia, '09:00')
  await open(page)
  await visit(page, /Lucía/).click()
  await expectAccessible(page)
  await form(page).getByRole('button', { name: 'Check in' }).click()
  await expect(form(page).getByText('waiting 0 minutes')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(form(page).getByRole('button', { name: 'Check in' })).toBeVisible()
  await form(page).getByRole('button', { name: 'Cancel the visit' }).click()
  await form(page).getByLabel('Why (optional)').fill('Has the flu')
  await page.keyboard.press('Enter')
  await expect(form(page).getByRole('button', { name: 'Book again' })).toBeVisible()
  await page.keyboard.press('Escape')
  await visit(page, /Lucía García.*Cancelled/).click()
  await expect(form(page).getByLabel('Note')).toHaveValue('Cancelled: Has the flu')
})

test('two windows: each sees what the other books at once, and what is being typed stays', async ({ page, context, workstation }) => {
  const clinic = await setUp(page)
  await open(page)
  const other = await context.newPage()
  await other.goto(`${workstation.url}/#/schedule?view=day&by=provider&date=${day}`)
  await expect(other.locator('[data-column]')).toHaveCount(2)
  await other.getByRole('button', { name: 'Book a visit' }).click()
  await form(other).getByLabel('Patient').fill('omar')
  await other.getByRole('option', { name: /Omar Haddad/ }).click()
  await form(other).getByRole('combobox', { name: 'Provider' }).click()
  await other.getByRole('option', { name: 'Dr. Elena Ruiz' }).click()
  await form(other).getByLabel('Start').fill('10:00')
  await form(other).getByLabel('Note').fill('Half a sentence')
  await expect(form(other).getByText('This time is free.')).toBeVisible()

  await booked(page, clinic, clinic.lucia, '10:00')
  await expect(visit(page, /Lucía García, 10:00 to 10:30/)).toBeVisible()
  await expect(other.locator('[data-appointment]', { hasText: 'Lucía García' })).toBeVisible()
  await expect(form(other).getByText('The provider is already booked')).toBeVisible()
  await expect(form(other).getByLabel('Note')).toHaveValue('Half a sentence')

  await form(other).getByLabel('Start').fill('10:30')
  await form(other).getByRole('button', { name: 'Book', exact: true }).click()
  await expect(visit(page, /Omar Haddad, 10:30 to 11:00/)).toBeVisible()
})

test('an open visit that somebody else changes keeps what is being typed and says so', async ({ page }) => {
  const clinic = await setUp(page)
  const { id } = await booked(page, clinic, clinic.lucia, '09:00')
  await open(page)
  await visit(page, /Lucía/).click()
  await form(page).getByLabel('Note').fill('Half a sentence')
  await call(page, 'PATCH', `/appointments/${id}`, { reason: 'Pain' })
  await expect(form(page).getByText('Changed meanwhile')).toBeVisible()
  await form(page).getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
  const after = await call<{ reason?: string; note?: string }>(page, 'GET', `/appointments/${id}`)
  expect(after).toMatchObject({ reason: 'Pain', note: 'Half a sentence' })
})

test('month and list: counts by day, one click opens the day; keys go from day to day', async ({ page }) => {
  const clinic = await setUp(page)
  await booked(page, clinic, clinic.lucia, '09:00')
  await booked(page, clinic, clinic.omar, '10:00')
  await open(page)
  await expect(visit(page, /Lucía/)).toBeVisible()
  await page.keyboard.press('3')
  await expect(page.getByText('2 visits in March 2027')).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('j')
  await expect(page.getByText('0 visits in April 2027')).toBeVisible()
  await page.keyboard.press('k')
  await page.getByRole('button', { name: /15 March 2027, 2 visits/ }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('button', { name: /16 March 2027, Nothing booked/ })).toBeFocused()
  await page.getByRole('button', { name: /15 March 2027, 2 visits/ }).click()
  await expect(visit(page, /Lucía/)).toBeVisible()
  await page.keyboard.press('4')
  await expect(page.getByRole('button', { name: /9:00 – 9:30.*Lucía García.*Dr. Elena Ruiz/ })).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('c')
  await expect(page.getByRole('dialog', { name: 'Calendar' }).getByRole('button', { name: /15 March 2027/ })).toBeFocused()
  await expectAccessible(page)
  await page.keyboard.press('PageDown')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: /15–21 Apr 2027: go to another day/ })).toBeFocused()
  await open(page)
  await page.keyboard.press('2')
  await expect(page.locator('[data-column]').first()).toBeVisible()
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await page.getByLabel('Dr. Pablo Vega').check()
  await page.keyboard.press('Escape')
  await expect(visit(page, /Lucía/)).toBeHidden()
  await expectAccessible(page)
})

test('the night on which clocks go forward: a time that does not exist is said and moved on', async ({ page }) => {
  await setUp(page)
  await open(page, 'view=day&by=provider&date=2027-03-28')
  await page.getByRole('button', { name: 'Book a visit' }).click()
  await form(page).getByLabel('Start').fill('2:30')
  await expect(form(page).getByText('Clocks go forward and skip this time: it becomes 3:30.')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Discard' }).click()
  await open(page, 'view=day&by=provider&date=2027-10-31')
  await page.getByRole('button', { name: 'Book a visit' }).click()
  await form(page).getByLabel('Start').fill('2:30')
  await expect(form(page).getByLabel(/The second time the clock shows this/)).toBeVisible()
})

test.describe('in Arabic, dark, and at twice the size', () => {
  test('everything can be reached and read', async ({ page }) => {
    const clinic = await setUp(page)
    await booked(page, clinic, clinic.lucia, '09:00')
    await page.getByRole('button', { name: /^Account of/ }).click()
    await page.getByText('Dark', { exact: true }).click()
    await page.getByLabel('Language').selectOption('ar')
    await page.keyboard.press('Escape')
    await page.setViewportSize({ width: 640, height: 400 })
    await open(page)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('المواعيد')
    await expect(page.locator('html')).toHaveAttribute('dir', 'rtl')
    await expect(visit(page, /Lucía/)).toBeVisible()
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
    await expectAccessible(page)
    await visit(page, /Lucía/).click()
    await expect(form(page).getByRole('button', { name: 'حفظ' })).toBeInViewport()
    await expectAccessible(page)
  })
})
