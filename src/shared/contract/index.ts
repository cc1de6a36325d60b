import { appointments } from './appointments.js'
import { chart } from './chart.js'
import { dashboard } from './dashboard.js'
import { drafts } from './drafts.js'
import { exchange } from './exchange.js'
import { limits } from './limits.js'
import { media } from './media.js'
import { monitor } from './monitor.js'
import { notifications } from './notifications.js'
import { patients } from './patients.js'
import { presence } from './presence.js'
import { declareContract } from './procedure.js'
import { review } from './review.js'
import { session } from './session.js'
import { sessions } from './sessions.js'
import { setUp } from './set-up.js'
import { settings } from './settings.js'
import { staff } from './staff.js'
import { storage } from './storage.js'
import { streams } from './streams.js'
import { symptoms } from './symptoms.js'
import { sync } from './sync.js'
import { workstations } from './workstations.js'

/** THE list of what the renderer, the REST interface and the tests can ask of a workstation; one file per feature beside it. */
export const contract = declareContract({
  setUp,
  session,
  sessions,
  patients,
  appointments,
  chart,
  symptoms,
  media,
  drafts,
  dashboard,
  staff,
  settings,
  storage,
  sync,
  limits,
  workstations,
  review,
  exchange,
  presence,
  notifications,
  monitor,
  streams,
})
export type AppContract = typeof contract
