import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { test as base, expect, expectAccessible, signIn } from './support/test.js'

/** A folder with a patient list as a clinic's spreadsheet writes one, with what such lists have: a mangled number, a day that never was, a formula. */
const test = base.extend<{ files: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from this pattern
  files: async ({}, use) => {
    const files = mkdtempSync(join(tmpdir(), 'medinsight-exchange-'))
    mkdirSync(join(files, 'folder'))
    const rows = [
      '1;Ibáñez Ruiz;Nuria;04/03/1980;mujer;600111222;A',
      '2;García;José;31/12/1975;hombre;1,23E+11;B',
      '3;=cmd;Ana;30/02/1990;mujer;600333444;C',
      '4;Ortega;Eva;05/06/2001;mujer;600555666;D',
    ]
    writeFileSync(join(files, 'folder', 'pacientes.csv'), `Código;Apellidos;Nombre;Fecha de nacimiento;Sexo;Teléfono;Colegio\n${rows.join('\n')}\n`)
    await use(files)
    rmSync(files, { recursive: true, force: true })
  },
})

async function open(page: Page): Promise<void> {
  await signIn(page)
  await page.getByRole('link', { name: 'Import and export' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Import and export' })).toBeVisible()
}

test('a patient list is mapped, checked, imported, found, and undone as a whole', async ({ page, files }) => {
  await open(page)
  await expectAccessible(page)
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose a folder' }).click()
  await (await chooser).setFiles(join(files, 'folder'))

  await expect(page.getByRole('heading', { name: 'Tables' })).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'What “Apellidos” becomes' })).toHaveValue('Family name')
  await expect(page.getByRole('combobox', { name: 'What “Colegio” becomes' })).toHaveValue('Kept with the record')
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Check without writing' }).click()
  await expect(page.getByText('2 records would be added.')).toBeVisible()
  await page.getByRole('button', { name: /a number that a spreadsheet has changed/ }).click()
  await expect(page.getByText('entry or row 3')).toBeVisible()
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Import 2 records' }).click()
  await expect(page.getByRole('heading', { name: 'Imported' })).toBeVisible()
  await page.getByRole('link', { name: 'Patients' }).click()
  await page.getByLabel('Find patients').fill('Ibanez')
  await expect(page.getByRole('option', { name: /Ibáñez/ })).toBeVisible()

  await page.getByRole('link', { name: 'Import and export' }).click()
  await page.getByRole('tab', { name: 'Past imports' }).click()
  await page.getByRole('button', { name: 'Report' }).click()
  await expect(page.getByRole('table', { name: 'Counts by kind' })).toContainText('pacientes')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(page.getByRole('dialog')).toContainText('2 records that it added are removed.')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Undo the import' }).click()
  await expect(page.getByText('The import was undone.')).toBeVisible()
  await page.getByRole('link', { name: 'Patients' }).click()
  await page.getByLabel('Find patients').fill('Ibanez')
  await expect(page.getByRole('option')).toHaveCount(0)
})

test('all records are exported to a folder of this computer', async ({ page, files }) => {
  await open(page)
  await page.getByRole('tab', { name: 'Export' }).click()
  await page.getByLabel('Folder on this computer').fill(files)
  await page.getByRole('button', { name: 'Export', exact: true }).click()
  await expect(page.getByText('The folder is not empty.')).toBeVisible()
  await expectAccessible(page)
  const target = join(files, 'export')
  await page.getByRole('radio', { name: 'Tables (CSV)' }).check()
  await page.getByLabel('Folder on this computer').fill(target)
  await page.getByRole('button', { name: 'Export', exact: true }).click()
  await expect(page.getByText('1 record was exported.')).toBeVisible()
  expect(readdirSync(target)).toEqual(['chair.csv'])
  expect(readFileSync(join(target, 'chair.csv'), 'utf8')).toContain('Chair 1')
})

test('files that no import reads are refused in words', async ({ page, files }) => {
  await open(page)
  writeFileSync(join(files, 'broken.json'), '{"resourceType":')
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose files' }).click()
  await (await chooser).setFiles([join(files, 'broken.json')])
  await page.getByRole('button', { name: 'Check without writing' }).click()
  await expect(page.getByText('1 record or file cannot be taken in')).toBeVisible()
  await expect(page.getByRole('button', { name: /not JSON/ })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Nothing would change' })).toBeDisabled()
})
