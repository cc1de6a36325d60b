import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, expectAccessible, signIn, test } from './support/test.js'

test('statistics, a backup with its second place, a dry run of restoring, a check and the queue', async ({ page, workstation }) => {
  const second = mkdtempSync(join(tmpdir(), 'medinsight-second-'))
  await signIn(page)
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Sync & storage' }).click()
  await expect(page.getByRole('heading', { name: 'Sync & storage', level: 1 })).toBeVisible()
  await expect(page.getByText('Local only: nothing waits').first()).toBeVisible()
  await expect(page.getByText('Records by kind')).toBeVisible()
  await expectAccessible(page)

  await page.getByRole('tab', { name: 'Backups and checks' }).click()
  await expect(page.getByText('There is no second place for backups yet')).toBeVisible()
  await page.getByRole('textbox', { name: 'Second place' }).fill('not a whole path')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('This folder cannot be used', { exact: false })).toBeVisible()
  await page.getByRole('textbox', { name: 'Second place' }).fill(second)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText(second)).toBeVisible()
  await expect(page.getByText('There is no second place for backups yet')).toBeHidden()

  await page.getByRole('button', { name: 'Make a backup now' }).click()
  await expect(page.getByRole('cell', { name: 'Verified' })).toBeVisible()
  expect(readdirSync(second).some((name) => name.endsWith('-manual'))).toBe(true)
  expect(readdirSync(join(workstation.folder, 'backups')).some((name) => name.endsWith('-manual'))).toBe(true)
  await expectAccessible(page)

  await page.getByRole('button', { name: 'What restoring would do' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText('No saved operation would be lost.')).toBeVisible()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Close' }).last().click()

  await page.getByRole('button', { name: 'Check now' }).click()
  await expect(page.getByText('Everything is whole').first()).toBeVisible()

  await page.getByRole('tab', { name: 'Queue' }).click()
  await expect(page.getByRole('cell', { name: 'Clinic made' })).toBeVisible()
  await expect(page.getByRole('cell', { name: 'Kept here' }).first()).toBeVisible()
  await expectAccessible(page)
  await page.getByText('Waiting', { exact: true }).click()
  await expect(page.getByText('everything that is saved here has arrived where it belongs', { exact: false }).first()).toBeVisible()
  await expect(page.getByRole('cell', { name: 'Clinic made' })).toBeHidden()
  rmSync(second, { recursive: true })
})

test('a forgotten password is set anew with the printed recovery code', async ({ page }) => {
  await page.getByRole('button', { name: 'Forgotten the password?' }).click()
  await page.getByLabel('Recovery code').fill('1234')
  await page.getByLabel('User name').fill('ana')
  await page.getByLabel('New password', { exact: true }).fill('eight blue umbrellas')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Set the new password' }).click()
  await expect(page.getByText('This is not the recovery code of this clinic', { exact: false })).toBeVisible()
  await page.getByRole('button', { name: 'Back to signing in' }).click()
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
})
