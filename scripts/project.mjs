// @ts-check
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's folder, wherever a script was called from. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

/** The Node major that Electron embeds; the encrypted database has no binary for older ones. */
const requiredMajor = 24

/** Whether the running Node can run the product itself. */
export const isProductNode = Number(process.versions.node.split('.')[0]) >= requiredMajor

/**
 * Path of a Node that runs the product: this one where it is new enough, else the one that `npm ci` installed.
 * @returns {string | undefined}
 */
export const findProductNode = () => {
  if (isProductNode) return process.execPath
  return ['node_modules/node/bin/node', 'node_modules/node/bin/node.exe'].map((path) => join(root, path)).find((path) => existsSync(path))
}

/** Path of the file that is written after a build; its time is when that build began. */
export const stampFile = join(root, 'out/.built')

const sources = ['src', 'resources', 'package.json', 'package-lock.json', 'electron.vite.config.ts', 'tsconfig.json']

/**
 * Newest change below a path in milliseconds. Folders count too, because deleting a file changes only its folder.
 * @param {string} path
 * @returns {number}
 */
const newestChange = (path) => {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return 0
  if (!stat.isDirectory()) return stat.mtimeMs
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestChange(join(path, name))), stat.mtimeMs)
}

/**
 * Why the product must be built before it runs, or undefined when it need not be, or cannot be because this is an installed copy without sources.
 * @returns {string | undefined}
 */
export const whyBuild = () => {
  if (!existsSync(join(root, 'src')) || !existsSync(join(root, 'node_modules/electron-vite'))) return undefined
  if (!existsSync(stampFile) || !existsSync(join(root, 'out/main/cli.js'))) return 'it was not built yet'
  const built = statSync(stampFile).mtimeMs
  return sources.some((path) => newestChange(join(root, path)) > built) ? 'its sources have changed' : undefined
}

/**
 * Path of Electron's own program, or undefined where its package has not fetched it.
 * @returns {string | undefined}
 */
export const findElectron = () => {
  const folder = join(root, 'node_modules/electron')
  if (!existsSync(join(folder, 'path.txt'))) return undefined
  const program = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim())
  return existsSync(program) ? program : undefined
}
