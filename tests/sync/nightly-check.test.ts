import { expect, it } from 'vitest'
import { checkAllDigests } from '../../src/main/sync/nightly-check.js'
import { systemTimers } from '../../src/main/sync/timers.js'
import { patient } from '../../src/shared/entities/patient.js'
import { redisOfFile } from '../support/redis-server.js'
import { allEqual, newSharedClinic, openWorkstation } from './support.js'

const server = redisOfFile()

it('a row changed outside of the program is found by the nightly check and ends equal everywhere', async () => {
  const clinic = newSharedClinic()
  const [a, b] = [await openWorkstation(server(), clinic), await openWorkstation(server(), clinic)]
  const id = await a.register('Doe')
  await allEqual(a, b)
  expect(await checkAllDigests(a.store, systemTimers, new AbortController().signal)).toBe(0)
  a.store.db.prepare("UPDATE patient SET data = replace(data, 'Doe', 'Zoe') WHERE id = ?").run(id)
  expect(await checkAllDigests(a.store, systemTimers, new AbortController().signal)).toBe(1)
  a.replica.setState({ reconcile: 'damaged' })
  a.exchange.restart()
  await allEqual(a, b)
  expect(b.store.get(patient, id).familyName).toBe(a.store.get(patient, id).familyName)
  expect(a.exchange.counts.alarms + b.exchange.counts.alarms).toBeGreaterThan(0)
})
