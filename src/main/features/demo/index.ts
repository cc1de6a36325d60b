import { setImmediate } from 'node:timers/promises'
import { patient } from '../../../shared/entities/patient.js'
import { clinic as clinicEntity } from '../../../shared/entities/staff.js'
import { raiseRecordNumbers } from '../../store/series.js'
import type { Store } from '../../store/store.js'
import { listChairs } from '../staff/index.js'
import { Dice } from './dice.js'
import { History } from './history.js'
import { makePeople } from './people.js'
import type { DemoRecord, DemoSetting } from './record.js'
import { Schedule, type Visit, visitRecord } from './schedule.js'
import { makeStaff, type Staff } from './staff.js'

export type { DemoRecord, DemoSetting } from './record.js'

/** Any number will do; with this one the demo is the same for everybody who makes it at the same time. */
const seed = 20_261

/** Records of one operation: few, so that writing them holds nobody up. */
const operationSize = 8

/** One operation of the demo; without records it only lets others work. */
export interface DemoOperation {
  records: readonly DemoRecord[]
  /** The opening hours that go with the staff. */
  hours?: Staff['hours']
}

const pause: DemoOperation = { records: [] }

/** Work in steps, with a pause after each. */
function* pausing<T>(steps: Generator<void, T>): Generator<DemoOperation, T> {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    yield pause
  }
}

/** Everything in the demo clinic, operation by operation: staff and closed times first, then each person with their whole chart. */
export function* demoOperations(setting: DemoSetting): Generator<DemoOperation> {
  const dice = new Dice(seed)
  const staff = makeStaff(setting, dice)
  yield pause
  const people = yield* pausing(makePeople(setting, dice))
  const schedule = new Schedule(setting, dice, staff, people)
  yield { records: [...staff.records, ...schedule.closedRecords()], hours: staff.hours }
  yield* pausing(schedule.fill())
  const visitsOf = new Map<string, Visit[]>()
  for (const visit of schedule.visits) visitsOf.set(visit.person.id, [...(visitsOf.get(visit.person.id) ?? []), visit])
  const history = new History(setting, dice, staff)
  for (const person of people) {
    const visits = visitsOf.get(person.id) ?? []
    const records = [
      person.record,
      ...history.of(person),
      ...visits.map((visit) => visitRecord(visit, setting, dice)),
      ...visits.filter(({ status }) => status === 'done' || status === 'left').flatMap((visit) => history.documented({ ...visit, appointmentId: visit.id })),
    ]
    for (let from = 0; from < records.length; from += operationSize) yield { records: records.slice(from, from + operationSize) }
  }
}

/** Fills a new clinic with made-up people, staff and visits around `now` (milliseconds since 1970). */
export async function fillDemo(store: Store, clinicId: string, now: number): Promise<void> {
  const firstChairId = listChairs(store.db)[0]?.id
  if (firstChairId === undefined) throw new Error('A new clinic has a chair.')
  for (const { records, hours } of demoOperations({ now, clinic: store.get(clinicEntity, clinicId), firstChairId })) {
    if (records.length > 0)
      await store.write({ actor: {}, act: 'setUp.fillDemo' }, (tx) => {
        if (hours) tx.update(clinicEntity, clinicId, { hours })
        for (const { entity, id, fields } of records) {
          tx.create(entity, fields, id)
          if (entity === patient) raiseRecordNumbers(store.db, [String(fields.recordNumber)])
        }
      })
    await setImmediate()
  }
}
