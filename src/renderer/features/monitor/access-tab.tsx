import { Button } from '@mantine/core'
import { IconListSearch, IconPencil } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { AccessLine } from '../../../shared/contract/monitor-acts.js'
import { rpc } from '../../api/client.js'
import { actName, kindNames } from '../../app/records/act-names.js'
import { useFieldName } from '../../app/records/field-texts.js'
import { useSession } from '../../app/session.js'
import { type Formats, useFormats } from '../../i18n/formats.js'
import { useLanguage, useTexts } from '../../i18n/texts.js'
import { instantAt } from '../../i18n/zoned.js'
import { AsOf } from '../../ui/as-of.js'
import { EmptyState } from '../../ui/empty-state.js'
import { ErrorState } from '../../ui/error-state.js'
import { Panel } from '../../ui/page-header.js'
import table from '../../ui/table.module.css'
import { AccessFilter, type AccessWanted } from './access-filter.js'
import { texts } from './access-texts.js'
import { Answer } from './answer.js'
import { detailParts } from './detail-parts.js'
import classes from './monitor.module.css'
import { Table } from './table.js'

const dayMs = 86_400_000

/** The beginning of a day at the clinic; the day after it for an end that is included. */
function instantOf(day: string | undefined, timeZone: string | undefined, isEnd: boolean): string | undefined {
  if (!day) return undefined
  const date = isEnd ? new Date(Date.parse(`${day}T00:00:00Z`) + dayMs).toISOString().slice(0, 10) : day
  return instantAt(date, '00:00', timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone)
}

const inputOf = ({ userId, patientId, part, kind, from, to }: AccessWanted, { timeZone }: Formats) => ({
  ...(userId && { userId }),
  ...(patientId && { patientId }),
  ...(part && { act: `${part}.` }),
  ...(kind && { kind }),
  ...(from && { from: instantOf(from, timeZone, false) }),
  ...(to && { to: instantOf(to, timeZone, true) }),
})

function Patient({ line: { patientId, patientName } }: { line: AccessLine }) {
  const { can } = useSession()
  if (!patientId) return null
  const name = <bdi className={patientName ? undefined : classes.code}>{patientName ?? patientId}</bdi>
  return can('patients.read') && patientName ? (
    <Link to="/patients/$patientId" params={{ patientId }}>
      {name}
    </Link>
  ) : (
    name
  )
}

function Row({ line }: { line: AccessLine }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const { dateTime } = useFormats()
  const fieldName = useFieldName()
  const { at, act, userName, userId, isChange, detail } = line
  const name = actName(act, language)
  const parts = detailParts(detail, (kind) => kindNames[kind]?.[language] ?? kind, fieldName)
  return (
    <tr>
      <th scope="row" className={table.fit}>
        {dateTime(at)}
      </th>
      <td>{userName ? <bdi>{userName}</bdi> : userId ? <bdi className={classes.code}>{userId}</bdi> : <span className={classes.note}>{t('program')}</span>}</td>
      <td>
        <span className={classes.sign}>
          {isChange && <IconPencil size={16} stroke={1.75} role="img" aria-label={t('change')} />}
          {name}
        </span>
        {name !== act && (
          <div>
            <bdi dir="ltr" className={classes.code}>
              {act}
            </bdi>
          </div>
        )}
      </td>
      <td>
        <Patient line={line} />
      </td>
      <td className={classes.note}>{parts.join(' · ')}</td>
    </tr>
  )
}

/** Who read and changed what and when, newest first; changes of records are marked. */
export function AccessTab() {
  const t = useTexts(texts)
  const formats = useFormats()
  const [wanted, setWanted] = useState<AccessWanted>({})
  const [fresh, setFresh] = useState(0)
  const input = inputOf(wanted, formats)
  const log = useInfiniteQuery(
    rpc.monitor.accessLog.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...input, limit: 50, ...(cursor && { cursor }) }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: ({ nextCursor }) => nextCursor,
      staleTime: 0,
    }),
  )
  const reset = (): void => {
    setWanted({})
    // The fields that hold what was typed begin anew.
    setFresh((before) => before + 1)
  }
  return (
    <div className={classes.stack}>
      <Panel title={t('title')} actions={<AsOf at={log.dataUpdatedAt} />} isFlush>
        <p className={`${classes.text} ${classes.padded}`}>{t('intro')}</p>
        <AccessFilter key={fresh} wanted={wanted} onChange={(change) => setWanted((before) => ({ ...before, ...change }))} onReset={reset} />
        <Answer query={log}>
          {({ pages }) =>
            pages[0]?.items.length === 0 ? (
              <EmptyState icon={<IconListSearch size={22} />} title={t('noneTitle')} text={t('noneText')} />
            ) : (
              <Table label={t('title')} columns={[t('time'), t('by'), t('act'), t('patient'), t('details')]}>
                {pages.flatMap(({ items }) => items.map((line) => <Row key={line.seq} line={line} />))}
              </Table>
            )
          }
        </Answer>
        {log.isFetchNextPageError && <ErrorState error={log.error} onRetry={() => void log.fetchNextPage()} />}
        {log.hasNextPage && (
          <div className={classes.foot}>
            <Button variant="default" loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
              {t('more')}
            </Button>
          </div>
        )}
      </Panel>
    </div>
  )
}
