// @ts-check
import { spawnSync } from 'node:child_process'
import { findChromium, findRedisServer, findStrace } from './programs.mjs'

// Finds the real parts that the tests run against. Installs what is missing where it may (root, apt-get) and says so; otherwise names it and exits 1.

const parts = [
  { name: 'redis-server', packages: ['redis-server'], find: findRedisServer, hint: 'or name its path in REDIS_SERVER_PATH' },
  { name: 'Chromium', packages: ['chromium', 'fonts-dejavu-core'], find: findChromium, hint: 'or name its path in CHROMIUM_PATH' },
  // Counts the calls that make writes durable; Linux only.
  ...(process.platform === 'linux' ? [{ name: 'strace', packages: ['strace'], find: findStrace, hint: 'or name its path in STRACE_PATH' }] : []),
]

const missing = parts.filter((part) => !part.find())

const mayInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0

const install = () => {
  const packages = missing.flatMap((part) => part.packages)
  console.log(`Installing with apt-get, because the tests need it: ${packages.join(', ')}`)
  // A package that starts a service when it is installed would hold a port that nobody asked for.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  const apt = (/** @type {string[]} */ args) => spawnSync('apt-get', args, { stdio: ['ignore', 2, 2], env }).status === 0
  return apt(['update', '-qq']) && apt(['install', '-y', '-qq', '--no-install-recommends', ...packages])
}

if (missing.length > 0 && mayInstall) install()

for (const part of parts) {
  const path = part.find()
  if (path) console.log(`${part.name}: ${path}`)
  else {
    process.exitCode = 1
    console.error(`${part.name} is missing. Install it (Debian: apt-get install ${part.packages.join(' ')}), ${part.hint}.`)
  }
}
