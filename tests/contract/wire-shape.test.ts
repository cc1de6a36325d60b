import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { differences, type WireShape, wireShapes } from './wire-shape.js'

const pinned = JSON.parse(readFileSync(resolve('tests/contract/wire-shape.json'), 'utf8')) as WireShape

test('the wire shape is the pinned one', () => {
  const changed = differences(pinned.shapes, wireShapes())
  const advice = `The wire shape differs from the pinned one: ${changed.join(', ')}. Clients of version ${pinned.version} may break. If this is meant, run: npm run contract:pin -- "why it changed"`
  expect(changed, advice).toEqual([])
})

test('the history tells of the pinned version, one line for each', () => {
  const lines = readFileSync(resolve('src/shared/contract/HISTORY.md'), 'utf8')
    .split('\n')
    .filter((line) => /^\d+ · /.test(line))
  expect(lines.map((line) => Number.parseInt(line, 10))).toEqual(Array.from({ length: pinned.version }, (_, at) => at + 1))
})
