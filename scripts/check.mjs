// @ts-check
import { join } from 'node:path'
import { root } from './project.mjs'
import { run } from './run.mjs'

const bin = (/** @type {string} */ path) => join(root, 'node_modules', path)

/** What `npm run check` runs; each counts as one in the sum that `npm test` prints. */
export const checks = [
  { name: 'types', args: [bin('typescript/bin/tsc'), '-p', '.'] },
  { name: 'style', args: [bin('@biomejs/biome/bin/biome'), 'check', '.'] },
  { name: 'unused code', args: [bin('knip/bin/knip.js')] },
  { name: 'import rules', args: [join(root, 'scripts/check-imports.mjs')] },
]

/**
 * Runs all checks, also after one has failed, and resolves with the names of those that failed.
 * @returns {Promise<string[]>}
 */
export const check = async () => {
  const failed = []
  for (const { name, args } of checks) {
    process.stdout.write(`\n── ${name}\n`)
    if ((await run(process.execPath, args, { cwd: root })) !== 0) failed.push(name)
  }
  process.stdout.write(failed.length > 0 ? `\nFailed checks: ${failed.join(', ')}\n` : '\nAll checks passed\n')
  return failed
}

if (process.argv[1] === import.meta.filename) process.exitCode = (await check()).length > 0 ? 1 : 0
