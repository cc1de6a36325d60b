import { Button } from '@mantine/core'
import { type Icon, IconAlertTriangle, IconCircleCheck, IconClock, IconDevicesPc, IconHelp, IconPlugConnected } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { WorkstationLine } from '../../../shared/contract/sync.js'
import { rpc } from '../../api/client.js'
import { useSession } from '../../app/session.js'
import { InviteWorkstation, RequiredVersion, WorkstationActions } from '../../app/workstation-actions.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { AsOf } from '../../ui/as-of.js'
import { EmptyState } from '../../ui/empty-state.js'
import { ErrorState } from '../../ui/error-state.js'
import { Panel } from '../../ui/page-header.js'
import { StatusPill, type Tone } from '../../ui/status-pill.js'
import table from '../../ui/table.module.css'
import { useBytes } from '../../ui/use-bytes.js'
import { useDuration } from '../../ui/use-duration.js'
import { isClockWrong, useClockWords } from './clock-words.js'
import classes from './storage.module.css'
import { texts } from './sync-texts.js'

/** They report every few seconds; no event tells of it. */
const askEveryMs = 10_000

const proofs: Readonly<Record<WorkstationLine['proof'], { tone: Tone; icon: Icon }>> = {
  equal: { tone: 'ok', icon: IconCircleCheck },
  differs: { tone: 'bad', icon: IconAlertTriangle },
  behind: { tone: 'info', icon: IconClock },
  unknown: { tone: 'quiet', icon: IconHelp },
}

function Proof({ proof }: Pick<WorkstationLine, 'proof'>) {
  const t = useTexts(texts)
  const { tone, icon: Sign } = proofs[proof]
  return (
    <StatusPill tone={tone} icon={<Sign aria-hidden />}>
      {t(`proof.${proof}`)}
    </StatusPill>
  )
}

function Seen({ line, now }: { line: WorkstationLine; now: number }) {
  const t = useTexts(texts)
  const { relative } = useFormats()
  if (line.isOnline)
    return (
      <StatusPill tone="ok" icon={<IconPlugConnected aria-hidden />}>
        {t('online')}
      </StatusPill>
    )
  return <>{line.seenAt ? relative(line.seenAt, now) : t('neverSeen')}</>
}

/** A workstation that exchanges nothing until it is updated. */
function Outdated() {
  const t = useTexts(texts)
  return (
    <StatusPill tone="warn" icon={<IconAlertTriangle aria-hidden />}>
      {t('outdated')}
    </StatusPill>
  )
}

function Name({ line }: { line: WorkstationLine }) {
  const t = useTexts(texts)
  return (
    <>
      <bdi className={classes.strong}>{line.name}</bdi>
      {line.isThis && <span className={classes.note}> ({t('thisOne')})</span>}
    </>
  )
}

function Row({ line, now, leastSchema }: { line: WorkstationLine; now: number; leastSchema: number }) {
  const t = useTexts(texts)
  const { number } = useFormats()
  const bytes = useBytes()
  const durationOf = useDuration()
  const clockOf = useClockWords()
  const { waiting, oldestWaitingAt, failed, clockOffsetMs, freeDiskBytes, records } = line
  return (
    <tr>
      <th scope="row">
        <Name line={line} />
        {line.version !== undefined && (
          <div className={classes.note}>
            {t('version')} <bdi dir="ltr">{line.version}</bdi>
          </div>
        )}
        {line.version !== undefined && (line.schema ?? 0) < leastSchema && <Outdated />}
      </th>
      <td className={table.fit}>
        <Seen line={line} now={now} />
      </td>
      <td className={table.fit}>
        <Proof proof={line.proof} />
      </td>
      <td className={table.number}>
        {waiting !== undefined && number(waiting)}
        {oldestWaitingAt && <div className={classes.note}>{t('oldestFor', { duration: durationOf(now - Date.parse(oldestWaitingAt)) })}</div>}
      </td>
      <td className={table.number}>{failed !== undefined && (failed > 0 ? <strong>{number(failed)}</strong> : number(failed))}</td>
      <td className={table.fit}>
        {clockOffsetMs !== undefined && (isClockWrong(clockOffsetMs) ? <strong>{clockOf(clockOffsetMs)}</strong> : clockOf(clockOffsetMs))}
      </td>
      <td className={table.number}>{freeDiskBytes !== undefined && bytes(freeDiskBytes)}</td>
      <td className={table.number}>{records !== undefined && number(records)}</td>
      <td className={table.fit}>
        <WorkstationActions line={line} />
      </td>
    </tr>
  )
}

function Table({ lines, now, leastSchema }: { lines: readonly WorkstationLine[]; now: number; leastSchema: number }) {
  const t = useTexts(texts)
  const column = (name: Parameters<typeof t>[0], isNumber = false) => (
    <th scope="col" className={isNumber ? table.number : undefined}>
      {t(name as 'name')}
    </th>
  )
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reached by keyboard
    <section className={table.scroll} tabIndex={0} aria-label={t('workstations')}>
      <table className={table.table}>
        <thead>
          <tr>
            {column('name')}
            {column('seen')}
            {column('proof')}
            {column('waitingColumn', true)}
            {column('failedColumn', true)}
            {column('clockColumn')}
            {column('freeDisk', true)}
            {column('recordsColumn', true)}
            <td />
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Row key={line.id} line={line} now={now} leastSchema={leastSchema} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Removed({ lines }: { lines: readonly WorkstationLine[] }) {
  const t = useTexts(texts)
  const { dayOf } = useFormats()
  return (
    <Panel title={t('removed')} isFlush>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">{t('name')}</th>
            <th scope="col">{t('joinedAt')}</th>
            <th scope="col">{t('removedAt')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.id}>
              <th scope="row">
                <Name line={line} />
              </th>
              <td>{dayOf(line.joinedAt)}</td>
              <td>{line.removedAt && dayOf(line.removedAt)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={`${classes.note} ${classes.foot}`}>{t('removedText')}</p>
    </Panel>
  )
}

/** Nothing but this one, and how that changes. */
function Alone() {
  const t = useTexts(texts)
  const navigate = useNavigate()
  const { can } = useSession()
  return (
    <Panel title={t('workstations')} isFlush>
      <EmptyState icon={<IconDevicesPc size={22} />} title={t('noWorkstations')} text={t('noWorkstationsText')}>
        {can('settings.write') && (
          <Button variant="default" onClick={() => void navigate({ to: '/settings/$section', params: { section: 'server' } })}>
            {t('setUpServer')}
          </Button>
        )}
      </EmptyState>
    </Panel>
  )
}

/** The workstations of the clinic, what each reports of itself, and the proof that all hold the same. */
export function WorkstationsTab() {
  const t = useTexts(texts)
  const { data, error, refetch } = useQuery(rpc.sync.workstations.queryOptions({ input: {}, staleTime: 0, refetchInterval: askEveryMs }))
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return null
  const present = data.items.filter(({ removedAt }) => removedAt === undefined)
  const removed = data.items.filter(({ removedAt }) => removedAt !== undefined)
  return (
    <div className={classes.stack}>
      {present.length === 0 ? (
        <Alone />
      ) : (
        <Panel
          title={t('workstations')}
          actions={
            <div className={classes.row}>
              <AsOf at={data.asOf} />
              <InviteWorkstation />
            </div>
          }
          isFlush
        >
          <Table lines={present} now={Date.parse(data.asOf)} leastSchema={data.leastSchema} />
          <div className={`${classes.row} ${classes.foot}`}>
            <span className={classes.note}>{t('workstationsText')}</span>
            <RequiredVersion />
          </div>
        </Panel>
      )}
      {removed.length > 0 && <Removed lines={removed} />}
    </div>
  )
}
