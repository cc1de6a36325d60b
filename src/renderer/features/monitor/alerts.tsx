import { Button } from '@mantine/core'
import { IconAdjustments, IconAlertTriangle, IconAlertTriangleFilled, IconCircleCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Alert } from '../../../shared/contract/monitor-acts.js'
import { rpc } from '../../api/client.js'
import { useSession } from '../../app/session.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { AsOf } from '../../ui/as-of.js'
import { Panel } from '../../ui/page-header.js'
import { texts } from './alert-texts.js'
import { Answer } from './answer.js'
import classes from './monitor.module.css'
import { texts as screenTexts } from './texts.js'
import { ThresholdForm } from './threshold-form.js'
import { type Figures, useFigures } from './use-figures.js'

const askEveryMs = 10_000

/** Under which tab more stands about an alert; those of the queue lead to another screen, the rest is said whole here. */
const places: Partial<Record<Alert['code'], 'server' | 'cache' | 'calls' | 'queue'>> = {
  memory: 'server',
  policy: 'server',
  evictions: 'server',
  persistence: 'server',
  replication: 'server',
  password: 'server',
  fragmentation: 'server',
  hitRatio: 'cache',
  errors: 'calls',
  latency: 'calls',
  loopDelay: 'calls',
  waiting: 'queue',
  waitingLong: 'queue',
}

const percents: readonly Alert['code'][] = ['memory', 'hitRatio', 'errors', 'disk']

/** The figure of an alert as its sentence needs it. */
function written({ code, value }: Alert, figures: Figures): string {
  if (value === null) return ''
  if (percents.includes(code)) return figures.share(value / 100)
  return code === 'latency' || code === 'loopDelay' ? figures.ms(value) : figures.number(value)
}

function Line({ alert }: { alert: Alert }) {
  const t = useTexts(texts)
  const s = useTexts(screenTexts)
  const { dateTime } = useFormats()
  const figures = useFigures()
  const { code, severity, since } = alert
  const isAlarm = severity === 'alarm'
  const Sign = isAlarm ? IconAlertTriangleFilled : IconAlertTriangle
  const place = places[code]
  return (
    <li data-tone={isAlarm ? 'bad' : 'warn'}>
      <Sign size={19} aria-hidden />
      <span className={classes.itemText}>
        <span className={classes.itemTitle}>
          {t(isAlarm ? 'severityAlarm' : 'severityWarning')}: {t(`${code}.what`, { value: written(alert, figures) })}
        </span>
        <span>{t(`${code}.todo`)}</span>
        <span className={classes.row}>
          <span className={classes.note}>{t('since', { time: dateTime(since) })}</span>
          {place === 'queue' && (
            <Link to="/storage" search={{ tab: 'queue' } as never}>
              {t('look', { place: s('queue') })}
            </Link>
          )}
          {place && place !== 'queue' && (
            <Link to="/monitor" search={{ tab: place } as never}>
              {t('look', { place: s(`tab.${place}`) })}
            </Link>
          )}
        </span>
      </span>
    </li>
  )
}

/** What stands beyond its limit now, alarms first, each with since when and what to do; and the limits themselves. */
export function Alerts() {
  const t = useTexts(texts)
  const { can } = useSession()
  const [isEditing, setIsEditing] = useState(false)
  const alerts = useQuery(rpc.monitor.alerts.queryOptions({ input: {}, staleTime: 0, refetchInterval: askEveryMs }))
  const actions = (
    <div className={classes.row}>
      {alerts.data && <AsOf at={alerts.data.asOf} />}
      {can('monitor.write') && (
        <Button size="xs" variant="default" leftSection={<IconAdjustments size={15} aria-hidden />} onClick={() => setIsEditing(true)}>
          {t('limits')}
        </Button>
      )}
    </div>
  )
  return (
    <Panel title={t('title')} actions={actions} isFlush>
      <Answer query={alerts}>
        {({ items }) => (
          <ul className={classes.items}>
            {items.map((alert) => (
              <Line key={alert.code} alert={alert} />
            ))}
            {items.length === 0 && (
              <li data-tone="ok">
                <IconCircleCheck size={19} aria-hidden />
                <span className={classes.itemText}>
                  <span className={classes.itemTitle}>{t('none')}</span>
                  <span className={classes.note}>{t('noneText')}</span>
                </span>
              </li>
            )}
          </ul>
        )}
      </Answer>
      {isEditing && <ThresholdForm onClose={() => setIsEditing(false)} />}
    </Panel>
  )
}
