import { fileURLToPath } from 'node:url'
import { sourceArguments } from '../../../src/main/lib/worker-thread.js'
import { test as base, expect, expectAccessible, signIn } from './test.js'
import { runProcess } from './workstation.js'

/** A test whose clinic holds what two workstations did at once: the questions of `clashing-work.ts`. */
export const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from this pattern
  prepare: async ({}, use) => {
    await use(async (folder) => {
      await runProcess(folder, [...sourceArguments, fileURLToPath(new URL('./clashing-work.ts', import.meta.url)), folder])
    })
  },
})

export { expect, expectAccessible, signIn }
