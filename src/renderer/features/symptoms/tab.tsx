import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import type { Symptom } from '../../../shared/contract/symptoms.js'
import { rpc } from '../../api/client.js'
import { useSession } from '../../app/session.js'
import { useTexts } from '../../i18n/texts.js'
import { Panel } from '../../ui/page-header.js'
import { AddForm } from './add-form.js'
import { EditModal } from './edit-modal.js'
import { EntryList } from './entry-list.js'
import classes from './symptoms.module.css'
import { texts } from './texts.js'

// The drawing library is large and only needed where there is a course to draw.
const Course = lazy(() => import('./course.js').then((module) => ({ default: module.Course })))

/** A patient's symptoms: write down, list, and how severe they were over time. */
export function Tab({ patientId }: { patientId: string }) {
  const t = useTexts(texts)
  const { can } = useSession()
  const [edited, setEdited] = useState<Symptom>()
  const { data } = useQuery(rpc.symptoms.course.queryOptions({ input: { patientId } }))
  const concerns = data?.concerns ?? []
  const known = concerns.map(({ concern }) => concern)
  return (
    <div className={classes.tab} data-reading={!can('chart.write') || undefined}>
      {can('chart.write') && (
        <Panel title={t('add')}>
          <AddForm patientId={patientId} known={known} />
        </Panel>
      )}
      <div className={classes.column}>
        {concerns.some(({ points }) => points.length > 1) && (
          <Panel title={t('course')}>
            <Suspense fallback={<div className={classes.coursePlace} />}>
              <Course concerns={concerns} />
            </Suspense>
          </Panel>
        )}
        <Panel title={t('list')} isFlush>
          <EntryList patientId={patientId} onEdit={setEdited} />
        </Panel>
      </div>
      {edited && <EditModal key={edited.id} entry={edited} known={known} onClose={() => setEdited(undefined)} />}
    </div>
  )
}
