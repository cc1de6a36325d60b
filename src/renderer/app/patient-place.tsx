import { lazy, Suspense } from 'react'
import { useSession } from './session.js'

const Chart = lazy(() => import('../features/chart/screen.js').then(({ Screen }) => ({ default: Screen })))
const Details = lazy(() => import('../features/patients/patient-screen.js').then(({ Screen }) => ({ default: Screen })))

/** A patient's place: the chart for those who may read it, the registration details for everybody else. */
export function Screen() {
  const { can } = useSession()
  return <Suspense fallback={null}>{can('chart.read') ? <Chart /> : <Details />}</Suspense>
}
