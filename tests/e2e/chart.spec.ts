import type { Page } from '@playwright/test'
import { expect, expectAccessible, patient, restApi, signIn, test } from './support/clinic.js'

/** Signs in, finds the patient and opens the chart, as somebody at the desk does. */
async function openChart(page: Page): Promise<void> {
  await signIn(page)
  await findChart(page)
}

async function findChart(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Patients' }).click()
  await page.getByLabel('Find patients').fill(patient.search)
  await expect(page.getByRole('option', { name: /O'Keefe/ })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: patient.name })).toBeVisible()
}

const openTab = (page: Page, name: string): Promise<void> => page.getByRole('tab', { name }).click()

test('opening a chart shows allergies, medicines and the balance before anything else', async ({ page }) => {
  await openChart(page)
  const allergies = page.getByRole('region', { name: 'Allergies' }).first()
  await expect(allergies.getByRole('button', { name: /Allergy to peanuts/ })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Medications' })).toContainText('Simvistatin 10 MG')
  await expect(page.getByRole('region', { name: 'Balance' })).toContainText('71 claims')
  await expect(page.getByRole('main')).toContainText(/as of .*, from this workstation/)
  await expect(page).toHaveTitle(/^(?!.*O'Keefe)/)
  await expectAccessible(page)
  // A click on an allergy opens the record with what its source said.
  await allergies.getByRole('button', { name: /Allergy to peanuts/ }).click()
  const record = page.getByRole('dialog', { name: 'Allergy' })
  await expect(record.getByRole('heading', { name: 'Allergy to peanuts' })).toBeVisible()
  await expect(record.getByText('Also in the source')).toBeVisible()
  await expectAccessible(page)
})

test('the timeline is searched and filtered, a visit shows what belongs to it, and only rows in view are in the page', async ({ page }) => {
  await openChart(page)
  await openTab(page, 'Timeline')
  const records = page.getByRole('list', { name: 'Records of the chart' })
  await expect(records.getByRole('listitem').first()).toBeVisible()
  expect(await records.getByRole('listitem').count()).toBeLessThan(60)
  await expectAccessible(page)

  await page.getByLabel('Search the chart').fill('SINUSITIS')
  await expect(records.getByRole('listitem').first()).toContainText(/sinusitis/i)
  await page.getByLabel('Search the chart').fill('no such words at all')
  await expect(page.getByText('Nothing found')).toBeVisible()
  await page.getByLabel('Search the chart').fill('')

  await page.getByText(/^Visits 52/).click()
  await expect(records.getByRole('listitem').first()).toContainText('Visit')
  await records.getByRole('button').first().click()
  const visit = page.getByRole('dialog', { name: 'Visit' })
  const related = visit.getByRole('list', { name: 'At this visit' })
  await expect(related.getByRole('listitem').nth(1)).toBeVisible()
  await related.getByRole('button').filter({ hasText: 'Claim' }).first().click()
  await expect(page.getByRole('dialog', { name: 'Claim' })).toBeVisible()
  await page.getByRole('button', { name: 'Back' }).click()
  await expect(visit).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(visit).toBeHidden()
})

test('text typed into a symptom entry comes back after a reload, and is saved, shown and taken back', async ({ page }) => {
  await openChart(page)
  await openTab(page, 'Symptoms')
  await expect(page.getByText('Nothing told yet')).toBeVisible()
  await page.getByRole('combobox', { name: 'Concern' }).fill('Toothache on the left')
  await page.getByRole('textbox', { name: 'Symptoms' }).fill('throbbing, worse at night')
  await page.getByText('Severe', { exact: true }).click()
  await expect(page.getByText(/Draft kept on this workstation/)).toBeVisible()

  await page.reload()
  await expect(page.getByText(/Your draft of .* is back/)).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'Concern' })).toHaveValue('Toothache on the left')
  await expect(page.getByRole('textbox', { name: 'Symptoms' })).toHaveValue('throbbing, worse at night')
  await expect(page.getByRole('radio', { name: 'Severe' })).toBeChecked()
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Save' }).click()
  const told = page.getByRole('list', { name: 'What the patient has told' })
  await expect(told.getByRole('listitem')).toContainText(['Toothache on the left'])
  await expect(page.getByRole('combobox', { name: 'Concern' })).toHaveValue('')
  // The draft is gone with it: nothing comes back.
  await page.reload()
  await expect(told.getByRole('listitem')).toHaveCount(1)
  await expect(page.getByText(/Your draft of/)).toBeHidden()
  await expect(page.getByRole('combobox', { name: 'Concern' })).toHaveValue('')

  await told.getByRole('button', { name: /^More for/ }).click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await expect(page.getByText('Nothing told yet')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(told.getByRole('listitem')).toHaveCount(1)
})

test('a draft survives the workstation being killed', async ({ page, workstation }) => {
  await openChart(page)
  await openTab(page, 'Symptoms')
  await page.getByRole('combobox', { name: 'Concern' }).fill('Bleeding gums')
  await expect(page.getByText(/Draft kept on this workstation/)).toBeVisible()
  await page.goto('about:blank')
  await workstation.kill()
  await workstation.start()
  await page.goto(workstation.url)
  await findChart(page)
  await openTab(page, 'Symptoms')
  await expect(page.getByRole('combobox', { name: 'Concern' })).toHaveValue('Bleeding gums')
})

test('severity over time is drawn for the concern told last, and entries told elsewhere appear by themselves', async ({ page, workstation }) => {
  const api = await restApi(workstation)
  const { items } = (await api('GET', `/patients?query=${encodeURIComponent(patient.search)}`)) as { items: { id: string }[] }
  const tell = (severity: string, occurredAt: string) =>
    api('POST', `/patients/${items[0]?.id}/symptoms`, { concern: 'Headache', symptoms: '', severity, occurredAt, autoSaved: false })
  await tell('severe', '2026-01-01')
  await openChart(page)
  await openTab(page, 'Symptoms')
  await expect(page.getByRole('listitem').filter({ hasText: 'Headache' })).toHaveCount(1)
  await tell('mild', '2026-02-01')
  await expect(page.getByRole('img', { name: 'Severity of Headache: 2 entries, last Mild, 1 Feb 2026.' })).toBeVisible()
  await expectAccessible(page)
})

test('every tab is free of what axe finds, in Arabic too', async ({ page, workstation }) => {
  test.slow()
  await openChart(page)
  for (const name of ['Appointments', 'Medications', 'Results & documents', 'Billing', 'History']) {
    await openTab(page, name)
    await expect(page.getByRole('tabpanel').getByRole('listitem').first()).toBeVisible()
    await expectAccessible(page)
  }
  await (await restApi(workstation))('PATCH', '/session/preferences', { language: 'ar' })
  await page.reload()
  await expect(page.getByRole('tab', { name: 'السجل' })).toHaveAttribute('aria-selected', 'true')
  for (const name of ['الفوترة', 'الخط الزمني', 'نظرة عامة']) {
    await openTab(page, name)
    await expect(page.getByRole('tabpanel')).toBeVisible()
    await expectAccessible(page)
  }
})

test('the history tells who read and changed what, by names of fields', async ({ page }) => {
  await openChart(page)
  await page.getByRole('button', { name: 'Edit' }).first().click()
  await page.getByLabel('Alert').fill('Needs a step-free room')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('region', { name: 'Alerts' })).toContainText('Needs a step-free room')
  await openTab(page, 'History')
  const history = page.getByRole('list', { name: 'Who read and changed what' })
  await expect(history.getByRole('listitem').filter({ hasText: 'patients.edit' })).toContainText('Patient: Alert')
  await expect(history).not.toContainText('step-free')
})

test('a chart is read by keyboard alone', async ({ page }) => {
  await openChart(page)
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused()
  const timeline = page.getByRole('tab', { name: 'Timeline' })
  await page.getByRole('tab', { name: 'Overview' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(timeline).toBeFocused()
  await expect(timeline).toHaveAttribute('aria-selected', 'true')
  await page.getByRole('list', { name: 'Records of the chart' }).getByRole('button').first().focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
})
