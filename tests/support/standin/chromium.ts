import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { app } from './app.js'
import { DevTools } from './dev-tools.js'

let connection: DevTools | undefined

/** The connection to the browser behind the windows. Throws before `startChromium` has resolved. */
export const devTools = (): DevTools => {
  if (!connection) throw new Error('Chromium has not been started.')
  return connection
}

/** Switches that mean the main process, or that are set below. */
const ownSwitches = new Set(['no-sandbox', 'inspect', 'remote-debugging-port', 'user-data-dir'])

/**
 * Starts a Chromium of its own, without a window, on a free port and a temporary profile, and connects to it. `gone`
 * settles when it has ended, `stop` ends it and removes its profile.
 */
export const startChromium = async (switches: ReadonlyMap<string, string>): Promise<{ gone: Promise<void>; stop: () => Promise<void> }> => {
  // Below the application's own temporary folder: whoever removes that removes this too, even after a kill.
  const parent = join(app.getPath('userData'), 'stand-in')
  mkdirSync(parent, { recursive: true })
  const profile = mkdtempSync(join(parent, 'chromium-'))
  const passedOn = [...switches].filter(([name]) => !ownSwitches.has(name)).map(([name, value]) => (value === '' ? `--${name}` : `--${name}=${value}`))
  const browser = spawn(
    process.env.STANDIN_CHROMIUM ?? '/usr/bin/chromium',
    [
      '--headless=new',
      '--no-startup-window',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      '--hide-scrollbars',
      ...camera,
      ...rootOnly(),
      ...passedOn,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const gone = new Promise<void>((resolve) => browser.once('exit', () => resolve()))
  const cleanUp = (): void => {
    browser.kill('SIGKILL')
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 25 })
  }
  process.once('exit', cleanUp)
  const address = await new Promise<string>((resolve, reject) => {
    createInterface({ input: browser.stderr }).on('line', (line) => {
      const match = /^DevTools listening on (ws:.*)$/.exec(line)
      if (!match?.[1]) return
      // Playwright reads this line and attaches to the same browser.
      process.stderr.write(`${line}\n`)
      resolve(match[1])
    })
    browser.once('error', reject)
    browser.once('exit', (code) => reject(new Error(`Chromium ended with code ${code} before it answered.`)))
  })
  connection = await DevTools.open(address)
  await connection.browser.send('Target.setDiscoverTargets', { discover: true })
  return {
    gone,
    async stop() {
      await connection?.browser.send('Browser.close').catch(() => undefined)
      await gone
    },
  }
}

/** A camera and a microphone that are there, so that a refusal is told from a missing device. */
const camera = ['--use-fake-device-for-media-stream']

/** Chromium's own sandbox cannot run as root; everybody else keeps it. */
const rootOnly = (): string[] => (process.getuid?.() === 0 ? ['--no-sandbox'] : [])
