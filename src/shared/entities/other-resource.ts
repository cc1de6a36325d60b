import { z } from 'zod'
import { firstTime, WhenText } from './clinical-values.js'
import { entity } from './entity.js'

/**
 * A resource or row of a kind that the product does not model. The whole of it is in `source.rest` and is exported again;
 * the fields say only what it is, whose and when, for the chart's "other" list.
 */
export const otherResource = entity({
  kind: 'otherResource',
  fields: {
    /** FHIR type, or the name of the CSV file without its ending. */
    resourceType: z.string().max(100),
    patientId: z.uuid().optional(),
    at: WhenText.optional(),
  },
  patient: 'patientId',
  happenedAt: (fields) => (fields.patientId ? firstTime(fields.at) : undefined),
  sensitivity: 'clinical',
})
