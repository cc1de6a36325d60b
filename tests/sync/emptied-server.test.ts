import { expect, it } from 'vitest'
import { linkTo } from '../main/redis/hubs.js'
import { redisOfTest } from '../support/redis-server.js'
import { allEqual, newSharedClinic, openWorkstation, until } from './support.js'

it('a server that is emptied while nobody writes is noticed and filled again', async () => {
  const server = await redisOfTest()
  const clinic = newSharedClinic()
  const [a, b] = [await openWorkstation(server, clinic), await openWorkstation(server, clinic)]
  await a.register('Doe')
  await allEqual(a, b)
  const { raw } = linkTo(server)
  await raw.flushall()
  await until(async () => (await a.hub.snapshot()).buckets.size > 0)
  await allEqual(a, b)
  expect((await a.hub.snapshot()).epoch).toBe(a.replica.state().epoch)
})
