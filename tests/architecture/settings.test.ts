import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

/** Names in `.env.example` that no source reads as they stand there, each for a reason. */
const exceptions = [
  // Changes nothing, and says so.
  'REDIS_PUBSUB_ENABLED',
  // One of a family that is read by its beginning.
  'CACHE_TTL_USER_SESSION',
  // For the tests and their tools, not for the program.
  'MEDINSIGHT_TEST_DATA',
  'CHROMIUM_PATH',
  'REDIS_SERVER_PATH',
]

it('every setting that the example of an environment names is read by the program', () => {
  const names = [...readFileSync('.env.example', 'utf8').matchAll(/^#?([A-Z][A-Z0-9_]+)=/gm)].map(([, name = '']) => name)
  expect(names.length).toBeGreaterThan(20)
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join('src', file), 'utf8'))
    .join('\n')
  const unread = names.filter((name) => !new RegExp(`\\b${name}\\b`).test(sources))
  expect(unread.sort()).toEqual(exceptions.sort())
})
