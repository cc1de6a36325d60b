import { useSession } from '../../app/session.js'
import classes from './monitor.module.css'
import { RehearsalPanel } from './rehearsal-panel.js'
import { SelfTestPanel } from './self-test-panel.js'
import { TestNow } from './test-now.js'

/** What can be tried out: whether the server answers, how fast and reliable it is, and what staff would notice of its absence. */
export function TestsTab() {
  const { can } = useSession()
  if (!can('monitor.write')) return null
  return (
    <div className={classes.stack}>
      <TestNow />
      <SelfTestPanel />
      <RehearsalPanel />
    </div>
  )
}
