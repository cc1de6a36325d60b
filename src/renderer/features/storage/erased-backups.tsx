import { Button, Loader } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api, rpc } from '../../api/client.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { Panel } from '../../ui/page-header.js'
import { texts } from './erased-texts.js'
import classes from './storage.module.css'
import { useTask } from './use-task.js'

/** Backups that may still hold erased records, and until when; nothing where there are none. They can be removed at once. */
export function ErasedBackups() {
  const t = useTexts(texts)
  const { dateTime, dayOf } = useFormats()
  const { data } = useQuery(rpc.storage.backups.holdingErased.queryOptions({ input: {}, staleTime: 0 }))
  const task = useTask('removeErased', () => api.storage.backups.removeErased({}), t('removed'))
  if (!data || data.items.length === 0) return null
  return (
    <Panel
      title={t('title')}
      actions={
        <span className={classes.row}>
          {task.isRunning && <Loader size="xs" aria-hidden />}
          <Button variant="default" disabled={task.isRunning} onClick={task.start}>
            {t('remove')}
          </Button>
        </span>
      }
    >
      <div className={classes.column}>
        <p className={classes.text}>{t('text')}</p>
        <ul className={classes.list}>
          {data.items.map(({ place, name, madeAt, until }) => (
            <li key={`${place} ${name}`}>{t(place, { made: dateTime(madeAt), until: dayOf(until) })}</li>
          ))}
        </ul>
      </div>
    </Panel>
  )
}
