import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { isReal, launch } from './support/launch.js'

/** Drops a file made in the page onto the open media tab: the beginning of a type, then counted bytes. */
const drop = async (page: Page, name: string, type: string, head: string, size: number): Promise<void> => {
  const transfer = await page.evaluateHandle(
    ({ name, type, head, size }) => {
      const bytes = Uint8Array.from({ length: size }, (_, at) => (at * 31 + (at >> 8)) & 255)
      bytes.set(Uint8Array.from(atob(head), (letter) => letter.charCodeAt(0)))
      const data = new DataTransfer()
      data.items.add(new File([bytes], name, { type }))
      return data
    },
    { name, type, head, size },
  )
  await page.getByRole('button', { name: 'Add files' }).dispatchEvent('drop', { dataTransfer: transfer })
}

test('media go into the desktop’s clinic and come out again over the application’s own scheme', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'medinsight-electron-'))
  const running = await launch({ application: '.', folder, env: { MEDINSIGHT_DATA: '', ...(isReal && { MEDINSIGHT_KEY_FILE: join(folder, 'key') }) } })
  const { page } = running
  await page.getByRole('button', { name: /demo clinic/ }).click()
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeVisible({ timeout: 60_000 })
  expect(await page.evaluate(async () => (await fetch('/api/v1/media/0190a0c0-0000-7000-8000-000000000001/content')).status)).toBe(404)
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Patients' }).click()
  await page.getByRole('main').getByRole('button', { name: 'Register a patient' }).first().click()
  await page.getByLabel('Family name').fill('Quillfeather')
  await page.getByRole('button', { name: /^Register as a new patient/ }).click()
  await page.getByRole('tab', { name: 'Media' }).click()

  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
  await drop(page, 'dot.png', 'image/png', png, atob(png).length)
  const dot = page.getByRole('button', { name: 'Open dot' })
  await expect(dot.locator('img')).toBeVisible()
  await expect.poll(() => dot.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1)

  // Larger than what goes in one request, so that parts are joined.
  const size = 9_000_001
  await drop(page, 'long.mp4', 'video/mp4', 'AAAAIGZ0eXBpc29tAAACAGlzb21pc28yYXZjMW1wNDE=', size)
  await page.getByRole('button', { name: 'Open long' }).click({ timeout: 30_000 })
  const address = await page.getByRole('link', { name: 'Save as a file' }).first().getAttribute('href')
  const found = await page.evaluate(async (path) => {
    const whole = new Uint8Array(await (await fetch(path)).arrayBuffer())
    const isRight = whole.every((byte, at) => at < 32 || byte === ((at * 31 + (at >> 8)) & 255))
    const part = await fetch(path, { headers: { range: 'bytes=8000000-8000003' } })
    return {
      length: whole.length,
      isRight,
      status: part.status,
      range: part.headers.get('content-range'),
      part: [...new Uint8Array(await part.arrayBuffer())],
      type: part.headers.get('content-type'),
      sniffing: part.headers.get('x-content-type-options'),
    }
  }, address ?? '')
  expect(found).toEqual({
    length: size,
    isRight: true,
    status: 206,
    range: `bytes 8000000-8000003/${size}`,
    part: [0, 1, 2, 3].map((at) => ((8_000_000 + at) * 31 + ((8_000_000 + at) >> 8)) & 255),
    type: 'video/mp4',
    sniffing: 'nosniff',
  })

  // Nobody's files without a session: after signing out the same address answers 401.
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  expect(await page.evaluate(async (path) => (await fetch(path)).status, address ?? '')).toBe(401)
  await running.end()
})
