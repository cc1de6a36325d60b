#!/usr/bin/env node
// @ts-check
// `npx medinsight <command>`: runs on any Node from 20, builds the product when that is due, and hands over to the built command line on Node 24.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { findProductNode, isProductNode, root, whyBuild } from '../scripts/project.mjs'
import { run } from '../scripts/run.mjs'

const entry = join(root, 'out/main/cli.js')

const start = async () => {
  const node = findProductNode()
  if (!node) {
    process.stderr.write('MedInsight Hub runs on Node 24, which `npm ci` installs beside it; it is not there. Run `npm ci` first.\n')
    return 1
  }
  if (whyBuild()) {
    const code = await run(node, [join(root, 'scripts/build.mjs'), '--if-needed'])
    if (code !== 0) return code
  }
  if (!existsSync(entry)) {
    process.stderr.write('The built command line is missing here (out/main/cli.js) and there are no sources to build it from. Install MedInsight Hub again.\n')
    return 1
  }
  if (!isProductNode) return run(node, [entry, ...process.argv.slice(2)])
  process.argv[1] = entry
  await import(pathToFileURL(entry).href)
  return undefined
}

const code = await start()
if (code !== undefined) process.exitCode = code
