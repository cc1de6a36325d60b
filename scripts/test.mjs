// @ts-check
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { check, checks } from './check.mjs'
import { root } from './project.mjs'
import { run } from './run.mjs'

// `npm test`: everything that CI checks, in order, going on after a failure where that makes sense.
// The last line sums all runners: `N passed, N failed`, where building and each check count as one.

const sum = { passed: 0, failed: 0 }
const results = join(root, 'test-results')

const count = (/** @type {number} */ passed, /** @type {number} */ failed) => {
  sum.passed += passed
  sum.failed += failed
}

const finish = () => {
  process.stdout.write(`\n${sum.passed} passed, ${sum.failed} failed\n`)
  process.exit(sum.failed > 0 ? 1 : 0)
}

const title = (/** @type {string} */ text) => process.stdout.write(`\n━━ ${text}\n`)

/** Runs a program that is one step of the whole; resolves with whether it succeeded. */
const step = async (/** @type {string} */ name, /** @type {string[]} */ args) => {
  title(name)
  const ok = (await run(process.execPath, args, { cwd: root })) === 0
  count(ok ? 1 : 0, ok ? 0 : 1)
  return ok
}

/**
 * Runs a test runner and reads its own count. A runner that fails without a failed test (no test found, a file that does not load) counts as one failure.
 * @param {string} name
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {() => { passed: number, failed: number }} read
 */
const runner = async (name, args, env, read) => {
  title(name)
  const code = await run(process.execPath, args, { cwd: root, env: { ...process.env, ...env } })
  let counted = { passed: 0, failed: 0 }
  try {
    counted = read()
  } catch {
    process.stdout.write(`${name} left no result\n`)
  }
  const isSilentFailure = (code !== 0 && counted.failed === 0) || counted.passed + counted.failed === 0
  count(counted.passed, counted.failed + (isSilentFailure ? 1 : 0))
}

const readResult = (/** @type {string} */ file) => JSON.parse(readFileSync(file, 'utf8'))

const runVitest = async () => {
  const file = join(results, 'vitest.json')
  const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=dot', '--reporter=json', `--outputFile.json=${file}`]
  await runner('Unit and integration tests', args, {}, () => {
    const { numPassedTests, numFailedTests, testResults } = readResult(file)
    // A file that does not load has no tests to count, only a status.
    const unloaded = testResults.filter((/** @type {any} */ one) => one.status === 'failed' && one.assertionResults.length === 0).length
    return { passed: numPassedTests, failed: numFailedTests + unloaded }
  })
}

const runPlaywright = async (/** @type {string} */ project) => {
  const file = join(results, `playwright-${project}.json`)
  const args = [
    join(root, 'node_modules/@playwright/test/cli.js'),
    'test',
    `--project=${project}`,
    '--reporter=list,json',
    `--output=${join(results, project)}`,
  ]
  await runner(`Playwright: ${project}`, args, { PLAYWRIGHT_JSON_OUTPUT_FILE: file }, () => {
    const { stats, errors } = readResult(file)
    return { passed: stats.expected + stats.flaky, failed: stats.unexpected + (errors.length > 0 && stats.unexpected === 0 ? 1 : 0) }
  })
}

const hasSpecs = (/** @type {string} */ folder) =>
  existsSync(join(root, folder)) && readdirSync(join(root, folder), { recursive: true }).some((name) => /\.(?:spec|test)\.ts$/.test(String(name)))

// With CI set the tools colour their output even in a file.
if (!process.stdout.isTTY) process.env.NO_COLOR = '1'

rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })

if (!(await step('Parts that the tests need', [join(root, 'scripts/prepare-tests.mjs')]))) finish()
const isBuilt = await step('Build', [join(root, 'scripts/build.mjs')])

title('Checks')
const failedChecks = await check()
count(checks.length - failedChecks.length, failedChecks.length)

await runVitest()
for (const project of ['e2e', 'electron']) {
  if (isBuilt && hasSpecs(`tests/${project}`)) await runPlaywright(project)
  else {
    title(`Playwright: ${project}`)
    process.stdout.write(isBuilt ? `There is no specification in tests/${project}\n` : 'Not run, because the build failed\n')
    count(0, 1)
  }
}
finish()
