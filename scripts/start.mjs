// @ts-check
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { findElectron, findProductNode, root } from './project.mjs'
import { run } from './run.mjs'

// `npm start`: the desktop application where Electron's program is installed and there is a screen, else the same workstation in the browser.

const whyNoWindow = () => {
  if (!findElectron()) return "Electron's own program is not installed here (`npx install-electron` fetches it)"
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'this computer has no screen to show a window on'
  return undefined
}

/** Prints the address from the host's ready line for people; other lines pass through. */
const sayAddress = (/** @type {string} */ line) => {
  try {
    const { event, url } = JSON.parse(line)
    if (event === 'ready') return process.stdout.write(`\nMedInsight Hub is ready: ${url}\nOpen this address in a browser on this computer; Ctrl-C ends it.\n`)
  } catch {
    // No JSON: an ordinary line.
  }
  return process.stdout.write(`${line}\n`)
}

const startInBrowser = (/** @type {string} */ node, /** @type {string[]} */ args) =>
  run(node, [join(root, 'out/main/cli.js'), 'serve', ...args], {
    stdio: ['inherit', 'pipe', 'inherit'],
    onStart: (child) => {
      if (child.stdout) createInterface({ input: child.stdout }).on('line', sayAddress)
    },
  })

const start = async () => {
  const node = findProductNode()
  if (!node) {
    process.stderr.write('MedInsight Hub runs on Node 24, which `npm ci` installs beside it; it is not there. Run `npm ci` first.\n')
    return 1
  }
  const built = await run(node, [join(root, 'scripts/build.mjs'), '--if-needed'])
  if (built !== 0) return built
  const args = process.argv.slice(2)
  const reason = whyNoWindow()
  const electron = findElectron()
  if (electron && !reason) return run(electron, [root, ...args])
  process.stderr.write(`Starting the browser workstation, because ${reason}.\n`)
  return startInBrowser(node, args)
}

process.exitCode = await start()
