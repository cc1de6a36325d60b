import { LimitsBlock } from '../features/session/limits-block.js'
import { OwnSessions } from '../features/session/own-sessions.js'
import { SessionsBlock } from '../features/session/sessions-block.js'
import { useSession } from './session.js'

/** Where the signed-in user is signed in. */
export const MySessions = () => <OwnSessions />

/** Everybody who is signed in, for those who may manage staff. */
export function ClinicSessions() {
  const { can } = useSession()
  return can('staff.write') ? <SessionsBlock /> : null
}

/** Limits in use, for those who may change the clinic's settings. */
export function ClinicLimits() {
  const { can } = useSession()
  return can('settings.write') ? <LimitsBlock /> : null
}
