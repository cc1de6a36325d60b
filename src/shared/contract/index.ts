import { appointments } from './appointments.js'
import { patients } from './patients.js'
import type { DeclaredContract } from './procedure.js'
import { session } from './session.js'
import { setUp } from './set-up.js'
import { settings } from './settings.js'
import { staff } from './staff.js'
import { streams } from './streams.js'

/** THE list of what the renderer, the REST interface and the tests can ask of a workstation; one file per feature beside it. */
export const contract = { setUp, session, patients, appointments, staff, settings, streams } satisfies DeclaredContract
export type AppContract = typeof contract
