import type { Store } from '../../src/main/store/store.js'
import { appointment } from '../../src/shared/entities/appointment.js'
import { chair, practitioner } from '../../src/shared/entities/staff.js'

const providerCount = 8
const visitsPerProvider = 25
const visitMinutes = 15

/** Books 200 visits on each weekday of the running week, eight providers in eight chairs. Returns the week's Monday. */
export async function fillSchedule(store: Store, patientIds: readonly string[]): Promise<string> {
  const today = new Date()
  const monday = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate() - ((today.getUTCDay() + 6) % 7)))
  const people = await store.write({ actor: {}, act: 'bench.staff' }, (tx) =>
    Array.from({ length: providerCount }, (_, at) => ({
      providerId: tx.create(practitioner, { familyName: `Provider ${at + 1}`, givenName: 'Bench', isBookable: true, isActive: true }),
      chairId: tx.create(chair, { name: `Room ${at + 1}`, sortOrder: at + 2, isActive: true }),
    })),
  )
  let visitCount = 0
  for (let day = 0; day < 5; day++) {
    for (const { providerId, chairId } of people) {
      await store.write({ actor: {}, act: 'bench.booking' }, (tx) => {
        for (let visit = 0; visit < visitsPerProvider; visit++) {
          const startAt = new Date(monday.getTime() + ((day * 24 + 8) * 60 + visit * visitMinutes) * 60_000).toISOString()
          const patientId = patientIds[(visitCount++ * 37) % patientIds.length] ?? ''
          tx.create(appointment, { patientId, slot: { startAt, durationMinutes: visitMinutes, providerId, chairId }, status: 'booked', reason: 'Check-up' })
        }
      })
    }
  }
  return monday.toISOString().slice(0, 10)
}
