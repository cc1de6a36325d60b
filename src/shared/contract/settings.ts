import { z } from 'zod'
import { clinic } from '../entities/staff.js'
import { Id } from '../ids.js'
import { InstantText } from '../time.js'
import { commandId, procedure } from './procedure.js'

/** The clinic itself: its id is the dataset's. */
export const Clinic = z.strictObject({ id: Id, ...clinic.fields, changedAt: InstantText })
export type Clinic = z.infer<typeof Clinic>

const { isDemo: _, ...editable } = clinic.fields

export const settings = {
  clinic: {
    get: procedure({ permission: 'settings.read', type: 'query', cache: 'static' })
      .route({ method: 'GET', path: '/settings/clinic' })
      .input(z.strictObject({}))
      .output(Clinic),
    /** Only the fields given are changed. A new time zone moves no appointment: they are instants. */
    edit: procedure({ permission: 'settings.write', type: 'command' })
      .route({ method: 'PATCH', path: '/settings/clinic' })
      .input(z.strictObject({ ...z.strictObject(editable).partial().shape, commandId }))
      .output(Clinic),
  },
}
