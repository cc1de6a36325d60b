import { describe, expect, it } from 'vitest'
import { Saves } from '../../../src/main/store/saves.js'

describe('saves that are on their way', () => {
  it('are waited for, and only they', async () => {
    const saves = new Saves()
    const order: string[] = []
    expect(saves.areRecent()).toBe(false)
    await saves.settled()
    const end = Promise.withResolvers<void>()
    const saved = saves.during(end.promise.then(() => order.push('saved')))
    const waited = saves.settled().then(() => order.push('went on'))
    end.resolve()
    await Promise.all([saved, waited])
    expect(order).toEqual(['saved', 'went on'])
    expect(saves.areRecent()).toBe(true)
  })

  it('hold nobody up who waits for one that does not end', async () => {
    const saves = new Saves()
    void saves.during(new Promise(() => undefined))
    await saves.settled()
    expect(saves.areRecent()).toBe(true)
  })

  it('that fail are over as well', async () => {
    const saves = new Saves()
    await expect(saves.during(Promise.reject(new Error('full')))).rejects.toThrow('full')
    await saves.settled()
  })
})
