import { patients } from './patients.js'
import type { DeclaredContract } from './procedure.js'
import { session } from './session.js'
import { streams } from './streams.js'

/** THE list of what the renderer, the REST interface and the tests can ask of a workstation; one file per feature beside it. */
export const contract = { session, patients, streams } satisfies DeclaredContract
export type AppContract = typeof contract
