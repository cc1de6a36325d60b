import { expect, it } from 'vitest'
import { sealingKeys } from '../../src/main/security/keys.js'
import { identityOf } from '../../src/main/security/workstation-identity.js'
import { openReport } from '../../src/main/sync/reports.js'
import { adminOf, joined, type LiveWorkstation, liveClinic, untilTrue } from '../support/live-clinic.js'
import { redisOfTest } from '../support/redis-server.js'

/** What a workstation told the others of itself, as somebody with the key of a generation reads it. */
async function reportOf(told: LiveWorkstation, generation: number) {
  const { clinic } = told
  const { id } = identityOf(clinic.store.db)
  const key = sealingKeys(clinic.keys).keyOf(generation)
  const sealed = (await clinic.sync.link?.hub.reports())?.get(id)?.sealed
  return key && sealed && openReport(key, id, sealed)
}

it('what a workstation tells of itself is sealed with the new key once another one was removed', async () => {
  const server = await redisOfTest()
  const a = await liveClinic(server)
  const b = await joined(a, server)
  await untilTrue(() => reportOf(a, 1))
  const admin = await a.as(adminOf(a))
  await admin.workstations.remove({ id: identityOf(b.clinic.store.db).id })
  await b.stop()
  await untilTrue(() => reportOf(a, 2))
  expect(await reportOf(a, 1)).toBeUndefined()
}, 120_000)
