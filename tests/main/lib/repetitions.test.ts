import { expect, test } from 'vitest'
import { Repetitions } from '../../../src/main/lib/repetitions.js'

test('a key counts again once the window has passed since it first counted', () => {
  const repetitions = new Repetitions(100)
  expect(repetitions.isRepeated('a', 0)).toBe(false)
  expect(repetitions.isRepeated('a', 99)).toBe(true)
  expect(repetitions.isRepeated('b', 99)).toBe(false)
  expect(repetitions.isRepeated('a', 100)).toBe(false)
  expect(repetitions.isRepeated('a', 199)).toBe(true)
})

test('a clock that goes back counts rather than hides', () => {
  const repetitions = new Repetitions(100)
  repetitions.isRepeated('a', 1000)
  expect(repetitions.isRepeated('a', 500)).toBe(false)
})

test('more keys than it may remember cost a second count, never memory', () => {
  const repetitions = new Repetitions(100, 2)
  for (const key of ['a', 'b', 'c']) repetitions.isRepeated(key, 0)
  expect(repetitions.isRepeated('c', 1)).toBe(true)
  expect(repetitions.isRepeated('a', 1)).toBe(false)
})
