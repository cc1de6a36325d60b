import { readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { isReal, ranOn } from './support/launch.js'

test('says what the desktop specs ran on, and what that cannot prove', () => {
  const limits = readFileSync('docs/testing-electron.md', 'utf8').split('## What the stand-in cannot prove\n')[1]?.trim() ?? ''
  expect(limits.split('\n').length).toBeGreaterThan(5)
  process.stdout.write(`\nThe desktop specs ran on ${ranOn}.\n${isReal ? '' : `They prove nothing about:\n${limits}\n`}\n`)
  test.info().annotations.push({ type: 'ran on', description: ranOn })
})
