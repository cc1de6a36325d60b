import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { buildFixture } from './support/fixture.js'
import { executable, startArguments } from './support/launch.js'
import { launchFixture } from './support/subject.js'

const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []

/** Starts the application as a person does, without Playwright, and waits for its end. */
const startAndWait = (application: string, folder: string, env: Record<string, string> = {}): Promise<{ code: number | null; output: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(executable(), [...asRoot, ...startArguments(application, folder)], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (text) => (output += text))
    child.stderr.on('data', (text) => (output += text))
    child.once('error', reject)
    child.once('exit', (code) => resolve({ code, output }))
  })

test('a second start brings the first window to the front and ends', async () => {
  const first = await launchFixture()
  const frame = await first.app.browserWindow(first.page)
  await frame.evaluate((each) => {
    each.minimize()
    each.on('focus', () => Reflect.set(globalThis, 'wasFocused', true))
  })
  const second = await startAndWait(await buildFixture(), first.folder)
  expect(second.code).toBe(0)
  await expect.poll(() => first.app.evaluate(() => Reflect.get(globalThis, 'wasFocused'))).toBe(true)
  expect(await frame.evaluate((each) => [each.isMinimized(), each.isVisible()])).toEqual([false, true])
  expect(await first.page.evaluate(() => window.fixture.greet({ name: 'x' }).then(({ text }) => text))).toBe('Hello x')
  await first.end()
})

test('quitting waits until the program has stopped', async () => {
  const running = await launchFixture()
  await running.app.close()
  expect(existsSync(join(running.folder, 'stopped'))).toBe(true)
  rmSync(running.folder, { recursive: true, force: true })
})

test('closing the window quits, and the next start opens it where it stood', async () => {
  const first = await launchFixture()
  const frame = await first.app.browserWindow(first.page)
  await frame.evaluate((each) => each.setBounds({ x: 40, y: 30, width: 900, height: 700 }))
  const closed = first.app.waitForEvent('close')
  await frame.evaluate((each) => each.close()).catch(() => undefined)
  await closed
  expect(JSON.parse(readFileSync(join(first.folder, 'settings.json'), 'utf8'))).toEqual({
    window: { x: 40, y: 30, width: 900, height: 700, isMaximized: false },
  })
  const second = await launchFixture({ folder: first.folder })
  expect(await (await second.app.browserWindow(second.page)).evaluate((each) => each.getBounds())).toEqual({ x: 40, y: 30, width: 900, height: 700 })
  await second.end()
})

test('a program that cannot start ends with its reason; a text that was not made for people is not shown', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'medinsight-electron-'))
  const application = await buildFixture()
  const reason = 'Another copy of MedInsight Hub holds this clinic. Nothing was changed.'
  const told = await startAndWait(application, folder, { FIXTURE_REFUSAL: reason, FIXTURE_IS_PUBLIC: 'yes' })
  expect(told.code).toBe(1)
  expect(told.output).toContain(reason)
  const kept = await startAndWait(application, folder, { FIXTURE_REFUSAL: 'constraint failed for Ana Okafor' })
  expect(kept.code).toBe(1)
  expect(kept.output).not.toContain('Okafor')
  expect(kept.output).toContain('Nothing was changed.')
  rmSync(folder, { recursive: true, force: true })
})

test('a page cannot put a name into the title of the window', async () => {
  const running = await launchFixture()
  await running.page.evaluate(() => {
    document.title = 'Ana Okafor'
  })
  await expect.poll(() => running.page.title()).toBe('Ana Okafor')
  await running.page.reload()
  expect(await (await running.app.browserWindow(running.page)).evaluate((each) => each.getTitle())).toBe('MedInsight Hub')
  await running.end()
})

test('the menu offers neither reloading nor developer tools', async () => {
  const running = await launchFixture()
  const roles = await running.app.evaluate(({ Menu }) => {
    const rolesOf = (menu: Electron.Menu | null | undefined): string[] =>
      menu?.items.flatMap((item) => [String(item.role ?? '').toLowerCase(), ...rolesOf(item.submenu)]) ?? []
    return rolesOf(Menu.getApplicationMenu())
  })
  expect(roles).toContain('zoomin')
  for (const forbidden of ['reload', 'forcereload', 'toggledevtools', 'viewmenu']) expect(roles).not.toContain(forbidden)
  await running.end()
})
