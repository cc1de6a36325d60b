import { expect, test } from '@playwright/test'
import type { Running } from './support/launch.js'
import { launchFixture } from './support/subject.js'

let running: Running
test.beforeAll(async () => {
  running = await launchFixture()
})
test.afterAll(() => running?.end())

test('the page finds nothing of Node, Electron or the preload', async () => {
  const found = await running.page.evaluate(() => {
    const frame = document.body.appendChild(document.createElement('iframe'))
    const plain = new Set(frame.contentWindow ? Object.getOwnPropertyNames(frame.contentWindow) : [])
    frame.remove()
    const names = ['require', 'process', 'module', 'exports', 'Buffer', 'global', 'electron', 'ipcRenderer', '__dirname']
    // Numbers are frames; what Playwright adds begins with two underscores.
    const added = Object.getOwnPropertyNames(window).filter((name) => !plain.has(name) && !/^(\d+|__.*)$/.test(name))
    return { node: names.filter((name) => name in window), added: added.sort() }
  })
  expect(found).toEqual({ node: [], added: ['fixture', 'isPortClosed'] })
})

test('the main process listens on one channel and answers none', async () => {
  expect(await running.app.evaluate(({ ipcMain }) => ipcMain.eventNames())).toEqual(['connect'])
})

test('the session of a window stays in the main process over a reload', async () => {
  await running.page.evaluate(() => window.fixture.remember({ token: 'held' }))
  await running.page.reload()
  await running.page.waitForFunction(() => 'fixture' in window)
  expect(await running.page.evaluate(() => window.fixture.remembered())).toBe('held')
})

test('a reload ends the streams of the page before it and connects anew', async () => {
  await running.page.evaluate(async () => {
    const stream = await window.fixture.wait()
    await stream.next()
  })
  expect(await running.page.evaluate(() => window.fixture.openStreams())).toBe(1)
  await running.page.reload()
  await running.page.waitForFunction(() => 'fixture' in window)
  await expect.poll(() => running.page.evaluate(() => window.fixture.openStreams())).toBe(0)
})

for (const [what, sender] of [
  ['another origin', { url: 'https://example.org/', parent: null }],
  ['a look-alike of the own origin', { url: 'app://clinic.evil/', parent: null }],
  ['an empty page', { url: 'about:blank', parent: null }],
  ['a frame of the page', { url: 'app://clinic/', parent: {} }],
  ['a frame that is gone', null],
] as const) {
  test(`a port from ${what} is closed unread`, async () => {
    const result = await running.app.evaluate(({ ipcMain, BrowserWindow }, senderFrame) => {
      const seen: string[] = []
      const port = { on: () => seen.push('on'), start: () => seen.push('start'), postMessage: () => seen.push('post'), close: () => seen.push('close') }
      ipcMain.emit('connect', { senderFrame, sender: BrowserWindow.getAllWindows()[0]?.webContents, ports: [port] })
      return seen
    }, sender)
    expect(result).toEqual(['close'])
  })
}

test('more than one port at once is refused, and so is none', async () => {
  const result = await running.app.evaluate(({ ipcMain, BrowserWindow }) => {
    const seen: string[] = []
    const port = () => ({ on: () => seen.push('on'), start: () => seen.push('start'), postMessage: () => seen.push('post'), close: () => seen.push('close') })
    const event = { senderFrame: { url: 'app://clinic/', parent: null }, sender: BrowserWindow.getAllWindows()[0]?.webContents }
    ipcMain.emit('connect', { ...event, ports: [port(), port()] })
    ipcMain.emit('connect', { ...event, ports: [] })
    return seen
  })
  expect(result).toEqual(['close', 'close'])
})

test('the preload hands nothing on but the one agreed message of the page itself', async () => {
  const closed = await running.page.evaluate(async () => {
    // A port that the main process had taken would answer; one that was never handed on stays silent and open.
    const answers = (message: unknown, count: number) => {
      const channels = Array.from({ length: count }, () => new MessageChannel())
      window.postMessage(
        message,
        location.origin,
        channels.map(({ port2 }) => port2),
      )
      return channels
    }
    const ignored = [...answers('connect', 2), ...answers('other', 1), ...answers({ type: 'connect' }, 1)]
    const heard: unknown[] = []
    for (const { port1 } of ignored) {
      port1.onmessage = (event) => heard.push(event.data)
      port1.addEventListener('close', () => heard.push('close'))
      port1.postMessage('x')
    }
    // A full round trip of the real connection later, anything handed on would have been heard.
    await window.fixture.greet({ name: 'x' })
    return heard
  })
  expect(closed).toEqual([])
})
