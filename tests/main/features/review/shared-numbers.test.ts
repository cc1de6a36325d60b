import { expect, it } from 'vitest'
import { sharedNumbers } from '../../../../src/main/features/review/pairs.js'
import { recordNumbersOf } from '../../../../src/main/store/series.js'
import { patient } from '../../../../src/shared/entities/patient.js'
import { openTestStore } from '../../../support/store.js'

const act = { actor: {}, act: 'test' }

it('finds numbers that two patients bear in the index of numbers alone: after each change it is asked for, and rows are many', async () => {
  const { store } = await openTestStore()
  const register = (recordNumber: string) =>
    store.write(act, (tx) => tx.create(patient, { recordNumber, familyName: 'Doe', givenName: 'Ana', sex: 'female' as const }))
  const [one, other] = [await register('A7'), await register('A7')]
  await register('A8')
  await register('B7')
  const asked: string[] = []
  const watched = new Proxy(store.db, {
    get: (target, name) => (name === 'prepare' ? (sql: string) => asked.push(sql) && target.prepare(sql) : Reflect.get(target, name)),
  })
  expect(sharedNumbers(watched).map(({ ids }) => ids)).toEqual([[one, other].sort()])
  expect(recordNumbersOf(watched, 'A').sort()).toEqual(['A7', 'A7', 'A8'])
  const plans = asked.flatMap((sql) =>
    store.db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...Array(sql.split('?').length - 1).fill('')),
  )
  expect(plans.map(({ detail }) => detail).filter((detail) => /patient/.test(detail))).toEqual([
    'SCAN patient USING COVERING INDEX patient_record_number',
    'SEARCH patient USING INDEX patient_record_number (<expr>=?)',
    expect.stringMatching(/^SEARCH patient USING INDEX sqlite_autoindex_patient_1/),
    expect.stringMatching(/^SEARCH patient USING (COVERING )?INDEX patient_record_number/),
  ])
})
