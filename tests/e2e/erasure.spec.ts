import { go, post, test } from './support/pair.js'
import { expect, expectAccessible } from './support/test.js'

test('an administrator erases a patient; the chart that is open on the other computer says so, and no search finds anything', async ({
  pair: { first, second },
}) => {
  test.setTimeout(150_000)
  const { id, recordNumber } = await post(first, '/patients', { familyName: 'Quimera', givenName: 'Olga' })
  await post(first, `/patients/${id}/symptoms`, {
    concern: 'Headache',
    symptoms: '',
    severity: 'mild',
    occurredAt: new Date(Date.now() - 86_400_000).toISOString(),
  })
  for (const page of [first, second]) {
    await go(page, `/patients/${id}`)
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
    await go(page, '/patients')
    await page.getByLabel('Find patients').fill('Quimera')
    await expect(page.getByRole('main')).toContainText('Nobody found')
  }
})
