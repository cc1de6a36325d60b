import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { pageRights } from '../../src/main/electron/window-options.js'
import { isReal, launch, type Running } from './support/launch.js'

/** The product as `npm run build` leaves it in out/. Playwright gives real Electron no key ring, so a named key file takes its place there. */
const start = (folder = mkdtempSync(join(tmpdir(), 'medinsight-electron-'))): Promise<Running> =>
  launch({ application: '.', folder, env: { MEDINSIGHT_DATA: '', ...(isReal && { MEDINSIGHT_KEY_FILE: join(folder, 'key') }) } })

const wizard = (page: Page) => page.getByRole('heading', { name: 'Welcome' })

test.describe('the built product', () => {
  test.describe.configure({ mode: 'serial' })
  let running: Running
  const problems: string[] = []

  test.beforeAll(async () => {
    running = await start()
    running.page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(message.text())
    })
    running.page.on('pageerror', (error) => problems.push(error.message))
    // Not while the first load goes on.
    await expect(wizard(running.page)).toBeVisible()
    await running.page.reload()
  })
  test.afterAll(() => running?.end())

  test('opens the first-run wizard over the message port', async () => {
    await expect(wizard(running.page)).toBeVisible()
    expect(await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL())).toMatch(/^app:\/\/clinic\//)
  })

  test('gives the page nothing of Node, Electron or the preload', async () => {
    const found = await running.page.evaluate(() =>
      ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer', 'desktop'].filter((name) => name in window),
    )
    expect(found).toEqual([])
    expect(await running.app.evaluate(({ ipcMain }) => ipcMain.eventNames())).toEqual(['connect'])
  })

  test('keeps inline scripts, foreign pages, new windows and other files out', async () => {
    const before = running.page.url()
    const outcome = await running.page.evaluate(async () => {
      const script = document.createElement('script')
      script.textContent = 'window.wasRun = true'
      document.body.append(script)
      script.remove()
      const opened = window.open('https://example.org/')
      location.href = 'https://example.org/'
      const statuses = await Promise.all(
        ['/..%2f..%2fpackage.json', '/package.json', '/../main/index.js', '/assets/missing.js'].map(async (path) => (await fetch(path)).status),
      )
      const elsewhere = await fetch('https://example.org/').then(
        () => 'reached',
        () => 'refused',
      )
      return { wasRun: 'wasRun' in window, opened, statuses, elsewhere }
    })
    expect(outcome).toEqual({ wasRun: false, opened: null, statuses: [400, 404, 404, 404], elsewhere: 'refused' })
    expect(running.page.url()).toBe(before)
    expect(running.app.windows()).toHaveLength(1)
    problems.length = 0
  })

  test('grants no permission', async () => {
    const states = await running.page.evaluate(() =>
      Promise.all(
        ['geolocation', 'notifications', 'camera', 'microphone'].map(
          async (name) => (await navigator.permissions.query({ name: name as PermissionName })).state,
        ),
      ),
    )
    expect(states).toEqual(['denied', 'denied', 'denied', 'denied'])
  })

  test('opens its window with the frozen options', async () => {
    test.skip(isReal, 'real Electron does not tell the options of a window; what they do is tested on it')
    const given = await running.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((window) => Reflect.get(window, 'standInOptions')?.webPreferences),
    )
    expect(given).toEqual([{ ...pageRights, preload: expect.stringMatching(/out\/preload\/index\.cjs$/) }])
  })

  test('sets a clinic up, stays signed in over a reload and keeps data and key apart and unreadable', async () => {
    const { page, folder } = running
    await page.getByRole('button', { name: /demo clinic/ }).click()
    const leave = page.getByRole('button', { name: /continue|begin|open|done/i })
    const main = page.getByRole('navigation').first()
    await expect(leave.or(main).first()).toBeVisible({ timeout: 30_000 })
    await page.reload()
    await expect(main).toBeVisible()
    expect(problems).toEqual([])

    const clinics = readdirSync(join(folder, 'clinics'))
    expect(clinics).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)])
    const clinic = join(folder, 'clinics', clinics[0] ?? '')
    const keyFile = isReal ? 'key' : join('keys', readdirSync(join(folder, 'keys'))[0] ?? 'missing')
    expect(readFileSync(join(folder, keyFile)).length).toBeGreaterThan(32)
    const start = Buffer.alloc(16)
    const database = openSync(join(clinic, 'medinsight.db'), 'r')
    readSync(database, start, 0, 16, 0)
    closeSync(database)
    expect(start.toString('latin1')).not.toContain('SQLite format')
  })

  test('asks for a sign-in after a new start, not for a new clinic', async () => {
    await running.app.close()
    const again = await start(running.folder)
    await expect(again.page.getByLabel(/password/i).first()).toBeVisible()
    await expect(wizard(again.page)).toHaveCount(0)
    await again.end()
  })
})

test('leaves nothing of a session of the page on the disk', async () => {
  test.skip(!isReal, 'the stand-in shows its pages in a temporary profile; only real Electron keeps an in-memory session')
  const folder = mkdtempSync(join(tmpdir(), 'medinsight-electron-'))
  const running = await start(folder)
  await running.page.evaluate(() => localStorage.setItem('canary', 'canary-on-the-disk'))
  await running.app.close()
  const again = await start(folder)
  expect(await again.page.evaluate(() => localStorage.getItem('canary'))).toBeNull()
  await again.end()
  rmSync(folder, { recursive: true, force: true })
})
