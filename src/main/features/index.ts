import type { contract } from '../../shared/contract/index.js'
import { appointmentHandlers } from './appointments/handlers.js'
import { chartHandlers } from './chart/handlers.js'
import { dashboardHandlers } from './dashboard/handlers.js'
import { draftHandlers } from './drafts/index.js'
import { exchangeHandlers } from './exchange/index.js'
import type { Handlers } from './handler.js'
import { limitHandlers } from './limits/handlers.js'
import { mediaHandlers } from './media/index.js'
import { type Monitor, monitorHandlers } from './monitor/index.js'
import { notificationHandlers } from './notifications/index.js'
import { patientHandlers } from './patients/handlers.js'
import { presenceHandlers } from './presence/index.js'
import { reviewHandlers } from './review/index.js'
import type { Services } from './services.js'
import { sessionHandlers } from './session/handlers.js'
import { sessionsHandlers } from './session/sessions-handlers.js'
import { settingsHandlers } from './settings/handlers.js'
import { staffHandlers } from './staff/index.js'
import { storageHandlers } from './storage/handlers.js'
import { streamHandlers } from './streams/handlers.js'
import { symptomHandlers } from './symptoms/handlers.js'
import { syncHandlers } from './sync/index.js'
import { workstationHandlers } from './workstations/handlers.js'

/** Everything that an open clinic answers; setting one up is the workstation's. */
export const clinicHandlers = (services: Services, monitor: Monitor): Omit<Handlers<typeof contract>, 'setUp'> => ({
  session: sessionHandlers(services),
  sessions: sessionsHandlers(services),
  patients: patientHandlers(services),
  appointments: appointmentHandlers(services),
  chart: chartHandlers(services),
  symptoms: symptomHandlers(services),
  media: mediaHandlers(services),
  drafts: draftHandlers(services),
  dashboard: dashboardHandlers(services),
  staff: staffHandlers(services),
  settings: settingsHandlers(services),
  storage: storageHandlers(services),
  sync: syncHandlers(services),
  limits: limitHandlers(services),
  workstations: workstationHandlers(services),
  review: reviewHandlers(services),
  exchange: exchangeHandlers(services),
  presence: presenceHandlers(services),
  notifications: notificationHandlers(services),
  monitor: monitorHandlers(services, monitor),
  streams: streamHandlers(services),
})
