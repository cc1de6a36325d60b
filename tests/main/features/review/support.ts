import type { Store } from '../../../../src/main/store/store.js'
import type { ReviewAnswer, ReviewQuestion } from '../../../../src/shared/contract/review.js'
import type { Entity } from '../../../../src/shared/entities/entity.js'
import { newId } from '../../../../src/shared/ids.js'
import type { Api } from '../../../support/api-client.js'
import { openTestClinic, type TestClinic } from '../../../support/clinic.js'
import { exchange } from '../../../support/exchange.js'
import { openTestStore } from '../../../support/store.js'

/** Monday 16 March 2026, 08:00 in Madrid. */
export const begin = Date.parse('2026-03-16T07:00:00Z')

/** A whole clinic and a second workstation of it that has only a store. */
export interface TwoWorkstations {
  clinic: TestClinic
  api: Api
  here: Store
  there: Store
  /** Milliseconds by which both clocks go on. */
  wait(ms: number): void
  /** Brings both to hold the same. */
  meet(): Promise<void>
  /** Both change one record without the other, then meet. `mine` is written later, so that it stands where no rank decides. */
  conflict(entity: Entity, id: string, mine: object, theirs: object): Promise<void>
}

export async function twoWorkstations(): Promise<TwoWorkstations> {
  let now = begin
  const clinic = await openTestClinic({ now: () => now })
  const here = clinic.clinic.store
  const { store: there } = await openTestStore({ clinicKey: Buffer.from(clinic.clinic.services.clinicKey), now: () => now })
  const meet = () => exchange(here, there)
  await meet()
  return {
    clinic,
    api: clinic.admin,
    here,
    there,
    wait: (ms) => {
      now += ms
    },
    meet,
    conflict: async (entity, id, mine, theirs) => {
      await meet()
      now += 60_000
      await there.write({ actor: {}, act: 'test.edit' }, (tx) => tx.update(entity, id, theirs as never))
      now += 60_000
      await here.write({ actor: {}, act: 'test.edit' }, (tx) => tx.update(entity, id, mine as never))
      await meet()
    },
  }
}

/** The only open question, in full. */
export async function onlyQuestion(api: Api): Promise<ReviewQuestion> {
  const { items } = await api.review.list({})
  if (items.length !== 1 || !items[0]) throw new Error(`${items.length} questions are open.`)
  return api.review.get({ question: items[0].id })
}

/** Settles the only open question and answers the decision's id. */
export async function settleOnly(api: Api, choice: ReviewAnswer): Promise<string> {
  const { id } = await onlyQuestion(api)
  return (await api.review.resolve({ question: id, choice, commandId: newId() })).decisionId
}
