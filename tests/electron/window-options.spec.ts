import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { pageRights } from '../../src/main/electron/window-options.js'
import { isReal } from './support/launch.js'
import { launchFixture } from './support/subject.js'

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ts|tsx|html)$/.test(name))
  .map((name) => ({ name, text: readFileSync(join('src', name), 'utf8') }))
const filesWith = (pattern: RegExp): string[] => sources.filter(({ text }) => pattern.test(text)).map(({ name }) => name)

test('the window options are one frozen literal that takes every right from the page', () => {
  expect(Object.isFrozen(pageRights)).toBe(true)
  expect(pageRights).toEqual({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
    plugins: false,
    experimentalFeatures: false,
    enableBlinkFeatures: '',
    navigateOnDragDrop: false,
    spellcheck: false,
    partition: 'clinic',
  })
})

test('no other place in the sources makes a window or a view', () => {
  expect(sources.length).toBeGreaterThan(50)
  expect(filesWith(/new BrowserWindow\b/)).toEqual(['main/electron/app-window.ts'])
  expect(filesWith(/\b(BrowserView|WebContentsView|BaseWindow|utilityProcess)\b|<webview/)).toEqual([])
  expect(filesWith(/webPreferences/)).toEqual(['main/electron/app-window.ts'])
})

test('nothing collects crash dumps, which would hold what was in memory', () => {
  expect(filesWith(/crashReporter\s*\./)).toEqual([])
})

test('the preload is CommonJS of a few lines that exposes nothing', () => {
  const preload = sources.find(({ name }) => name === 'preload/index.ts')?.text ?? ''
  expect(preload.split('\n').length).toBeLessThan(20)
  expect(filesWith(/contextBridge|exposeInMainWorld/)).toEqual([])
})

test('the window that opens has exactly these options', async () => {
  test.skip(isReal, 'real Electron does not tell the options of a window; what they do is tested on it')
  const running = await launchFixture()
  const given = await running.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => Reflect.get(window, 'standInOptions')?.webPreferences),
  )
  expect(given).toEqual([{ ...pageRights, preload: expect.stringMatching(/index\.cjs$/) }])
  await running.end()
})
