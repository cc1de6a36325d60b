import { expect, test } from 'vitest'
import { QuestionCounts } from '../../../../src/main/features/review/question-counts.js'
import type { Reader } from '../../../../src/main/store/reader.js'

/** Counts that take `cpuMs` each, and rests that end when the test says so. */
function counting(cpuMs: number) {
  const asked: string[][] = []
  const rests: { ms: number; end: () => void }[] = []
  const worker = { isGone: false }
  const read = async (_: unknown, { visible }: { visible: string[] }) => {
    if (worker.isGone) throw new Error('gone')
    asked.push(visible)
    return { byKind: { edit: asked.length }, cpuMs }
  }
  const parts = { read: read as unknown as Reader['read'], now: () => 0 }
  return { counts: new QuestionCounts(parts, (ms) => new Promise((end) => void rests.push({ ms, end }))), asked, rests, worker }
}

/** Lets every promise that can go on do so. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

test('a count that took long is followed by a rest of nine times as long, a short one by half a second', async () => {
  const long = counting(200)
  await long.counts.of(['patient'])
  await turn()
  expect(long.rests.map(({ ms }) => ms)).toEqual([1800])
  const short = counting(1)
  await short.counts.of(['patient'])
  await turn()
  expect(short.rests.map(({ ms }) => ms)).toEqual([500])
})

test('who asks during the rest gets one count together, made after it', async () => {
  const { counts, asked, rests } = counting(10)
  expect(await counts.of(['patient'])).toEqual({ edit: 1 })
  await turn()
  const many = Array.from({ length: 100 }, () => counts.of(['patient']))
  await turn()
  expect(asked).toHaveLength(1)
  rests[0]?.end()
  expect(new Set((await Promise.all(many)).map(({ edit }) => edit))).toEqual(new Set([2]))
  expect(asked).toHaveLength(2)
})

test('who sees other kinds has a count of their own, after the rest', async () => {
  const { counts, asked, rests } = counting(10)
  const all = counts.of(['patient', 'appointment'])
  const some = counts.of(['appointment'])
  await all
  await turn()
  expect(asked).toEqual([['patient', 'appointment']])
  rests[0]?.end()
  await some
  expect(asked).toEqual([['patient', 'appointment'], ['appointment']])
})

test('a count that fails is told to whoever asked, and the next one is made', async () => {
  const { counts, rests, worker } = counting(10)
  worker.isGone = true
  await expect(counts.of([])).rejects.toThrow('gone')
  worker.isGone = false
  const next = counts.of([])
  await turn()
  rests[0]?.end()
  expect(await next).toEqual({ edit: 1 })
})
