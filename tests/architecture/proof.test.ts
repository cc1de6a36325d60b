import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, root), 'utf8')

it('docs/synchronisation-proof.md names tests that exist, for every case', () => {
  const rows = [...read('docs/synchronisation-proof.md').matchAll(/^\| ([^|]+) \| `(tests\/[^`]+\.test\.ts)` \| ([^|`]+) \|$/gm)]
  expect(rows.length).toBeGreaterThan(40)
  const missing = rows.flatMap(([, what = '', file = '', name = '']) =>
    existsSync(new URL(file, root)) && read(file).includes(name) ? [] : [`${what}: ${file}, ${name}`],
  )
  expect(missing).toEqual([])
})

it('docs/synchronisation-proof.md names commands that exist', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  for (const [, script = ''] of read('docs/synchronisation-proof.md').matchAll(/`npm run ([a-z:]+)/g)) expect(Object.keys(scripts)).toContain(script)
})
