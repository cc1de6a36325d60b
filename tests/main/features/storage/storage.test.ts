import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openTestClinic } from '../../../support/clinic.js'
import { temporaryFolder } from '../../../support/temporary-folder.js'

it('counts records and bytes, and lists a backup that was asked for, with what restoring it would do', async () => {
  const { admin, clinic } = await openTestClinic()
  await admin.patients.register({ familyName: 'One', givenName: 'Ada' })
  const statistics = await admin.storage.statistics({})
  expect(statistics.records).toMatchObject({ patient: 1, clinic: 1 })
  expect(statistics.databaseBytes).toBeGreaterThan(0)
  expect(statistics.journal.bytes).toBeGreaterThan(0)
  expect(statistics.disk.freeBytes).toBeGreaterThan(0)
  const { taskId } = await admin.storage.backups.make({})
  await clinic.backups.stop()
  expect(clinic.services.tasks.list().some(({ id }) => id === taskId)).toBe(true)
  const { items, secondPlace, problem } = await admin.storage.backups.list({})
  expect(items).toMatchObject([{ reason: 'manual', records: 6 }])
  expect({ secondPlace, problem }).toEqual({ secondPlace: null, problem: null })
  await admin.patients.register({ familyName: 'Two', givenName: 'Ada' })
  expect(await admin.storage.backups.preview({ name: items[0]?.name ?? '' })).toMatchObject({ comesBack: 1, lost: 0 })
  await expect(admin.storage.backups.preview({ name: '20200101T000000Z-manual' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

it('keeps the second place and refuses one that cannot be used', async () => {
  const { admin } = await openTestClinic()
  const folder = join(temporaryFolder(), 'second')
  expect(await admin.storage.backups.setSecondPlace({ folder })).toEqual({ secondPlace: folder })
  await expect(admin.storage.backups.setSecondPlace({ folder: 'relative' })).rejects.toMatchObject({ code: 'INVALID' })
  expect((await admin.storage.backups.list({})).secondPlace).toBe(folder)
  expect(await admin.storage.backups.setSecondPlace({ folder: null })).toEqual({ secondPlace: null })
})

it('the queue tells what was done by whom, page by page, and nothing waits without a server', async () => {
  const { admin } = await openTestClinic()
  for (const name of ['A', 'B', 'C']) await admin.patients.register({ familyName: name, givenName: '' })
  const first = await admin.sync.queue({ limit: 2 })
  expect(first.items[0]).toMatchObject({ act: 'patients.register', by: 'Anna Admin', state: 'local', records: [{ kind: 'patient', count: 1 }] })
  const second = await admin.sync.queue({ limit: 2, ...(first.nextCursor && { cursor: first.nextCursor }) })
  expect(second.items.map(({ seq }) => seq)).toEqual([3, 2])
  expect(await admin.sync.queue({ state: 'waiting' })).toEqual({ items: [] })
  expect(await admin.sync.status({})).toMatchObject({ state: 'localOnly', waiting: 0 })
  expect(await admin.sync.run({})).toEqual({ sent: 0, received: 0, failed: 0 })
})

it('only administrators see backups; everybody who works sees the statistics', async () => {
  const { as } = await openTestClinic()
  const reception = await as('reception')
  await expect(reception.storage.backups.list({})).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(reception.storage.verify({})).rejects.toMatchObject({ code: 'FORBIDDEN' })
  expect((await reception.storage.statistics({})).records).toMatchObject({ clinic: 1 })
})
