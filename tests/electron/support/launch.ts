import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import { findChromium } from '../../../scripts/programs.mjs'

/** Whether a real Electron binary is installed; otherwise the specs run on the stand-in. */
export const isReal = existsSync(resolve('node_modules/electron/path.txt'))

// Electron's package looks for its binary where this points; nothing else tells Playwright that it is not the real one.
if (!isReal) {
  process.env.ELECTRON_OVERRIDE_DIST_PATH = resolve('tests/support/standin')
  process.env.STANDIN_NODE = resolve('node_modules/node/bin/node')
  process.env.STANDIN_CHROMIUM = findChromium() ?? ''
}

/** Path of the executable that Playwright starts, real or not. */
export const executable = (): string => createRequire(import.meta.url)('electron') as string

/** What the specs ran on, for the report. */
export const ranOn = isReal
  ? `Electron ${JSON.parse(readFileSync('node_modules/electron/package.json', 'utf8')).version}`
  : 'the stand-in (real Chromium pages, main process on Node)'

export interface Running {
  app: ElectronApplication
  page: Page
  /** The application's folder, removed by `end`. */
  folder: string
  end(): Promise<void>
}

export interface LaunchOptions {
  /** Folder of the built application. */
  application: string
  bypassCSP?: boolean
  env?: Record<string, string>
  /** An existing application folder, to start a second time on it. */
  folder?: string
}

/** Arguments of one start on its own application folder. */
export const startArguments = (application: string, folder: string): string[] => [application, `--user-data-dir=${folder}`]

/** Starts the built application on a folder of its own and waits for its window. */
export const launch = async ({
  application,
  bypassCSP,
  env = {},
  folder = mkdtempSync(join(tmpdir(), 'medinsight-electron-')),
}: LaunchOptions): Promise<Running> => {
  const app = await _electron.launch({
    args: startArguments(application, folder),
    env: { ...inherited(), ...env },
    colorScheme: null,
    ...(bypassCSP && { bypassCSP }),
    // Playwright adds --no-sandbox unless told; only root needs it.
    ...(process.getuid?.() !== 0 && { chromiumSandbox: true }),
  })
  let output = ''
  app.process().stderr?.on('data', (text) => {
    output += text
  })
  const page = await app.firstWindow().catch((error: Error) => {
    throw new Error(`${error.message}\nThe main process said:\n${output}`, { cause: error })
  })
  await page.waitForLoadState('load')
  return {
    app,
    page,
    folder,
    async end() {
      await app.close()
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
    },
  }
}

const inherited = (): Record<string, string> =>
  Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined))
