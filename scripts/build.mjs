// @ts-check
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { findProductNode, root, stampFile, whyBuild } from './project.mjs'
import { run } from './run.mjs'

// Builds the product into out/. With `--if-needed` only when it is missing or older than its sources.
// Two builds at once would empty each other's folder, so the second waits for the first.

const lock = join(root, 'node_modules/.cache/medinsight-build.lock')

const isAlive = (/** @type {number} */ pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const takeLock = async () => {
  mkdirSync(dirname(lock), { recursive: true })
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      return
    } catch {
      const holder = Number(readFileSync(lock, { encoding: 'utf8', flag: 'a+' }))
      const ageMs = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0)
      if (holder ? !isAlive(holder) : ageMs > 1000) rmSync(lock, { force: true })
      else await wait(200)
    }
  }
}

const build = async () => {
  const node = findProductNode()
  if (!node) {
    process.stderr.write('MedInsight Hub runs on Node 24, which `npm ci` installs beside it; it is not there. Run `npm ci` first.\n')
    return 1
  }
  await takeLock()
  try {
    const ifNeeded = process.argv.includes('--if-needed')
    const reason = ifNeeded ? whyBuild() : 'asked for'
    if (!reason) return 0
    if (ifNeeded) process.stderr.write(`Building MedInsight Hub, because ${reason} …\n`)
    const began = new Date()
    rmSync(stampFile, { force: true })
    // A quiet build speaks on standard error only, so that the command's own output stays clean.
    const args = [join(root, 'node_modules/electron-vite/bin/electron-vite.js'), 'build', ...(ifNeeded ? ['--logLevel', 'error'] : [])]
    const code = await run(node, args, { cwd: root, stdio: ifNeeded ? ['ignore', 2, 2] : 'inherit' })
    if (code === 0) {
      writeFileSync(stampFile, '')
      // Whatever was saved while the build ran counts as newer than it.
      utimesSync(stampFile, began, began)
    } else process.stderr.write('The build failed; what it says stands above.\n')
    return code
  } finally {
    rmSync(lock, { force: true })
  }
}

process.exitCode = await build()
