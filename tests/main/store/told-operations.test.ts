import { expect, it } from 'vitest'
import { openTestStore } from '../../support/store.js'

it('tells of an operation of another workstation once, also when the server gives it again', async () => {
  const { store } = await openTestStore()
  const operation = (number: number) => ({
    site: 'aaaaaaaaaaaaaaaa',
    number,
    workstationId: 'one',
    about: { at: '2026-11-20T09:00:00Z', act: `act ${number}` },
  })
  await store.receive({ records: [], operations: [operation(1), operation(2)] })
  await store.receive({ records: [], operations: [operation(2), operation(3)] })
  await store.receive({ records: [], operations: [operation(1)] })
  expect(store.db.prepare("SELECT act FROM audit WHERE act LIKE 'act %' ORDER BY seq").pluck().all()).toEqual(['act 1', 'act 2', 'act 3'])
})
