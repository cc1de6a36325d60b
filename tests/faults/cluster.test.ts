import { expect, it } from 'vitest'
import { clinicKeyNames } from '../../src/main/redis/keys.js'
import { cluster, clusterSettings, holderOf } from '../main/redis/clusters.js'
import { adminOf } from '../main/redis/connections.js'
import { until } from '../sync/support.js'
import { DrillClinic } from './drill-clinic.js'
import type { DrillWorkstation } from './drill-workstation.js'
import { namesOn, phone, register } from './people.js'
import { recordsOf } from './records-of.js'

it('two workstations exchange through a cluster of three nodes, and go on when the clinic’s node was killed or emptied', async () => {
  const clinic = await DrillClinic.start({ count: 2 })
  const [a, b] = clinic.workstations as [DrillWorkstation, DrillWorkstation]
  const nodes = await cluster()
  for (const one of [a, b]) {
    await one.leave()
    one.connect({ server: clusterSettings(nodes) })
  }
  /** Both hold the same, nothing waits, and the cluster has it all. */
  const rested = () =>
    until(async () => {
      for (const { exchange } of [a, b]) if (!(await exchange?.isUpToDate().catch(() => false))) return false
      return a.store.digest() === b.store.digest()
    })
  const id = await register(a)
  await register(b, 'Other')
  await rested()
  const holder = await holderOf(nodes, clinicKeyNames(clinic.keys.dataset).meta)
  await holder.kill()
  await until(() => [a, b].every(({ exchange }) => exchange?.state.isLive === false))
  await phone(a, id, '111')
  await phone(b, id, '222')
  await register(b, 'Meanwhile')
  await holder.restart()
  await rested()
  expect(namesOn(a)).toEqual(['Doe', 'Meanwhile', 'Other'])
  expect(a.store.db.prepare('SELECT count(*) FROM kept_version').pluck().get()).toBe(1)
  await emptied(holder.port)
  await register(a, 'After')
  await rested()
  expect(namesOn(b)).toHaveLength(4)
  for (const { name, store } of [a, b])
    expect({ name, lost: clinic.oracle.lost([...recordsOf(store)].map(([at, { cells }]) => [at, cells] as const)) }).toEqual({ name, lost: [] })
  expect([...a.verify(), ...b.verify(), ...clinic.problems]).toEqual([])
}, 120_000)

const emptied = (port: number): Promise<unknown> => adminOf(port).flushall()
