// @ts-check
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * First of these programs that is on the PATH, or undefined.
 * @param {string[]} names
 * @returns {string | undefined}
 */
const findOnPath = (names) =>
  names.flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))).find((path) => isExecutable(path))

const isExecutable = (/** @type {string} */ path) => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * Path of the system's Chromium (or Chrome): `CHROMIUM_PATH` where that is set, else the first on the PATH or in the usual places.
 * @returns {string | undefined}
 */
export const findChromium = () => {
  if (process.env.CHROMIUM_PATH) return isExecutable(process.env.CHROMIUM_PATH) ? process.env.CHROMIUM_PATH : undefined
  const usual = [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ]
  return findOnPath(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) ?? usual.find(isExecutable)
}

/**
 * Path of redis-server: `REDIS_SERVER_PATH` where that is set, else the first on the PATH.
 * @returns {string | undefined}
 */
export const findRedisServer = () => {
  if (process.env.REDIS_SERVER_PATH) return isExecutable(process.env.REDIS_SERVER_PATH) ? process.env.REDIS_SERVER_PATH : undefined
  return findOnPath(['redis-server'])
}

/**
 * Path of strace: `STRACE_PATH` where that is set, else the first on the PATH.
 * @returns {string | undefined}
 */
export const findStrace = () => {
  if (process.env.STRACE_PATH) return isExecutable(process.env.STRACE_PATH) ? process.env.STRACE_PATH : undefined
  return findOnPath(['strace'])
}
