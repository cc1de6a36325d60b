import { Screen as Monitor } from '../features/monitor/screen.js'
import { ClinicLimits, ClinicSessions } from './session-blocks.js'

/** The monitor with what belongs to sessions and limits beside it. */
export function Screen() {
  return (
    <Monitor
      sessions={
        <>
          <ClinicSessions />
          <ClinicLimits />
        </>
      }
    />
  )
}
