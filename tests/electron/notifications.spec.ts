import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { isReal, launch } from './support/launch.js'

test('the system shows over other windows that something came in, without a name, only where it was turned on and while nobody looks', async () => {
  test.setTimeout(120_000)
  const folder = mkdtempSync(join(tmpdir(), 'medinsight-electron-'))
  const { app, page, end } = await launch({
    application: '.',
    folder,
    env: { MEDINSIGHT_DATA: '', ...(isReal && { MEDINSIGHT_KEY_FILE: join(folder, 'key') }) },
  })
  await page.getByRole('button', { name: /demo clinic/ }).click()
  const leave = page.getByRole('button', { name: /continue|begin|open|done/i })
  const main = page.getByRole('navigation').first()
  await expect(leave.or(main).first()).toBeVisible({ timeout: 30_000 })
  await page.reload()
  await expect(main).toBeVisible()

  await app.evaluate(({ Notification }) => {
    const shown: Electron.Notification[] = []
    Notification.prototype.show = function show(this: Electron.Notification) {
      shown.push(this)
    }
    Reflect.set(globalThis, 'shown', shown)
  })
  const frame = await app.browserWindow(page)
  const shown = () => app.evaluate(() => (Reflect.get(globalThis, 'shown') as Electron.Notification[]).map(({ title, body }) => ({ title, body })))
  const bell = page.getByRole('button', { name: /^Notifications/ })
  let unread = 0
  /** An export of the signed-in person’s that ends, which they are told of. */
  const exportAll = async (): Promise<void> => {
    const to = join(mkdtempSync(join(tmpdir(), 'medinsight-export-')), 'out')
    await page.getByLabel('Folder on this computer').fill(to)
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    unread++
    await expect(bell).toHaveAccessibleName(`Notifications, ${unread} unread`, { timeout: 30_000 })
    rmSync(join(to, '..'), { recursive: true, force: true })
  }
  await page.evaluate(() => void (location.hash = '#/exchange'))
  await page.getByRole('tab', { name: 'Export' }).click()
  await frame.evaluate((each) => each.blur())
  await exportAll()
  expect(await shown()).toEqual([])

  await bell.click()
  await page.getByRole('button', { name: 'Choose what is told' }).click()
  await page.getByLabel('Show over other windows').click()
  await expect(page.getByLabel('Show over other windows')).toBeChecked()
  await page.keyboard.press('Escape')
  await expect(bell).toHaveAccessibleName('Notifications')
  unread = 0
  await frame.evaluate((each) => each.blur())
  await exportAll()
  await expect.poll(shown).toEqual([{ title: 'MedInsight Hub', body: 'An import or export of yours has ended.' }])

  await frame.evaluate((each) => {
    each.minimize()
    each.on('focus', () => Reflect.set(globalThis, 'wasFocused', true))
  })
  await app.evaluate(() => void (Reflect.get(globalThis, 'shown') as Electron.Notification[])[0]?.emit('click'))
  await expect.poll(() => app.evaluate(() => Reflect.get(globalThis, 'wasFocused'))).toBe(true)
  await exportAll()
  expect(await shown()).toHaveLength(1)
  await end()
})
