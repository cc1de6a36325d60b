import type { Entity, FieldsOf } from '../../../shared/entities/entity.js'
import type { clinic } from '../../../shared/entities/staff.js'
import type { Stored } from '../../store/tables.js'

/** A record to be written, under an id that other records name. */
export interface DemoRecord {
  entity: Entity
  id: string
  fields: Record<string, unknown>
}

/** A record whose fields fit its entity. */
export const demoRecord = <E extends Entity>(entity: E, id: string, fields: FieldsOf<E>): DemoRecord => ({ entity, id, fields })

/** What the demo's records are made for: `now` in milliseconds since 1970, and the clinic with its language, country, currency and time zone. */
export interface DemoSetting {
  now: number
  clinic: Pick<Stored<typeof clinic>, 'id' | 'language' | 'country' | 'currency' | 'timeZone'>
  /** The chair that every new clinic has. */
  firstChairId: string
}

export const dayMs = 24 * 60 * 60_000
export const minuteMs = 60_000

/** An instant as records hold it. */
export const instant = (ms: number): string => new Date(ms).toISOString()

/** The UTC day of a moment: exact enough for onsets and prescriptions. */
export const day = (ms: number): string => instant(ms).slice(0, 10)
