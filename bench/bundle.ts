import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { report } from './support/report.js'

const folder = fileURLToPath(new URL('../out/renderer', import.meta.url))

/** What a browser fetches before the first screen: the page, what it names, and the modules that those import at once. */
export async function run(): Promise<void> {
  const page = readFileSync(join(folder, 'index.html'), 'utf8')
  const waiting = [...page.matchAll(/(?:src|href)="\/?([^"]+\.(?:js|css))"/g)].map((match) => join(folder, match[1] ?? ''))
  const files = new Set<string>()
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue
    files.add(file)
    if (file.endsWith('.js')) waiting.push(...importsOf(file))
  }
  const sizes = [...files].map((file) => ({ file, size: gzipSync(readFileSync(file)).length }))
  const total = (kind: string) => sizes.reduce((sum, { file, size }) => sum + (file.endsWith(kind) ? size : 0), 0)
  const all = total('.js') + total('.css') + gzipSync(page).length
  report({
    what: 'renderer, first load, gzip',
    measured: `${(all / 1000).toFixed(0)} kB`,
    budget: '≤ 350 kB',
    isMet: all <= 350_000,
    note: `scripts ${(total('.js') / 1000).toFixed(0)} kB, styles ${(total('.css') / 1000).toFixed(0)} kB in ${sizes.length} files`,
  })
}

/** Files that a built module imports before it runs; what it imports later on is another load. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(/(?:from|import)\s*["'](\.{1,2}\/[^"']+\.js)["']/g)].map((match) => resolve(dirname(file), match[1] ?? ''))
}
