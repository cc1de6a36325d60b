import { useQuery } from '@tanstack/react-query'
import type { StorageStatistics } from '../../../shared/contract/storage.js'
import { rpc } from '../../api/client.js'
import { kindNames } from '../../app/records/act-names.js'
import { useFormats } from '../../i18n/formats.js'
import { useLanguage, useTexts } from '../../i18n/texts.js'
import { AsOf } from '../../ui/as-of.js'
import { ErrorState } from '../../ui/error-state.js'
import { Panel } from '../../ui/page-header.js'
import table from '../../ui/table.module.css'
import { useBytes } from '../../ui/use-bytes.js'
import classes from './storage.module.css'
import { texts } from './texts.js'

const manyDays = 3650

function Card({ name, value, note }: { name: string; value: string; note?: string | undefined }) {
  return (
    <li className={classes.card}>
      <span className={classes.cardName}>{name}</span>
      <span className={classes.cardValue}>{value}</span>
      <span className={classes.note}>{note}</span>
    </li>
  )
}

function Cards({ data }: { data: StorageStatistics }) {
  const t = useTexts(texts)
  const bytes = useBytes()
  const { number } = useFormats()
  const total = Object.values(data.records).reduce((sum, count) => sum + count, 0)
  const { bytesPerDay, daysLeft } = data
  const left = daysLeft === undefined ? undefined : daysLeft > manyDays ? t('daysLeftMany') : t('daysLeft', { count: daysLeft })
  return (
    <ul className={classes.cards}>
      <Card name={t('records')} value={number(total)} />
      <Card name={t('database')} value={bytes(data.databaseBytes)} />
      <Card name={t('files')} value={bytes(data.files.bytes)} note={t('filesCount', { count: data.files.count })} />
      <Card name={t('backups')} value={bytes(data.backups.bytes)} note={t('backupsCount', { count: data.backups.count })} />
      <Card name={t('journal')} value={bytes(data.journal.bytes)} note={t('filesCount', { count: data.journal.count })} />
      <Card name={t('disk')} value={bytes(data.disk.freeBytes)} note={t('ofTotal', { total: bytes(data.disk.totalBytes) })} />
      <Card
        name={t('growth')}
        value={bytesPerDay === undefined ? '–' : t('perDay', { bytes: bytes(bytesPerDay) })}
        note={bytesPerDay === undefined ? t('growthUnknown') : left}
      />
    </ul>
  )
}

/** What this workstation keeps, by kind and place, and how long the disk lasts. */
export function StatisticsTab() {
  const t = useTexts(texts)
  const language = useLanguage()
  const { number } = useFormats()
  const { data, error, refetch } = useQuery(rpc.storage.statistics.queryOptions({ input: {}, staleTime: 0 }))
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return null
  const kinds = Object.entries(data.records)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
  return (
    <div className={classes.stack}>
      <Cards data={data} />
      <Panel title={t('byKind')} actions={<AsOf at={data.asOf} />} isFlush>
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">{t('kind')}</th>
              <th scope="col" className={table.number}>
                {t('count')}
              </th>
            </tr>
          </thead>
          <tbody>
            {kinds.map(([kind, count]) => (
              <tr key={kind}>
                <td>{kindNames[kind]?.[language] ?? kind}</td>
                <td className={table.number}>{number(count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Panel>
    </div>
  )
}
