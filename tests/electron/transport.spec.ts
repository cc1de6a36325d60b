import { expect, test } from '@playwright/test'
import { buildFixture } from './support/fixture.js'
import { launch, type Running } from './support/launch.js'

let running: Running
test.beforeAll(async () => {
  running = await launch({ application: await buildFixture() })
  await running.page.waitForFunction(() => 'fixture' in window)
})
test.afterAll(() => running?.end())

test('a call and its typed answer cross the message port', async () => {
  const answer = await running.page.evaluate(() => window.fixture.greet({ name: 'Ana' }))
  expect(answer).toEqual({ text: 'Hello Ana', at: new Date(0) })
})

test('a typed error arrives with its code and data', async () => {
  const error = await running.page.evaluate(() => window.fixture.refuse().catch(({ code, defined, status, data }) => ({ code, defined, status, data })))
  expect(error).toEqual({ code: 'CONFLICT', defined: true, status: 409, data: { with: 'chair' } })
})

test('leaving an event stream early ends it in the main process', async () => {
  const seen = await running.page.evaluate(async () => {
    const numbers: number[] = []
    for await (const { n } of await window.fixture.count({ to: 1000 })) {
      numbers.push(n)
      if (n === 3) break
    }
    return numbers
  })
  expect(seen).toEqual([1, 2, 3])
  await expect.poll(() => running.page.evaluate(() => window.fixture.openStreams())).toBe(0)
})
