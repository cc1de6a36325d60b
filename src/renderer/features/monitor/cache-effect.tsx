import { SegmentedControl } from '@mantine/core'
import { IconCircleCheck, IconCircleDashed, IconCircleMinus, IconDatabaseSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { cacheCategories } from '../../../shared/cache-categories.js'
import type { CacheEffect } from '../../../shared/contract/monitor-blocks.js'
import { rpc } from '../../api/client.js'
import { actName, kindNames } from '../../app/records/act-names.js'
import { useFormats } from '../../i18n/formats.js'
import { useLanguage, useTexts } from '../../i18n/texts.js'
import { AsOf } from '../../ui/as-of.js'
import { EmptyState } from '../../ui/empty-state.js'
import { Panel } from '../../ui/page-header.js'
import { StatusPill } from '../../ui/status-pill.js'
import table from '../../ui/table.module.css'
import { Answer } from './answer.js'
import { texts } from './cache-texts.js'
import { categoryNames } from './category-names.js'
import classes from './monitor.module.css'
import { Fact, Table } from './table.js'
import { useFigures } from './use-figures.js'

const askEveryMs = 10_000
const reasons = ['first', 'expired', 'invalidated', 'evicted', 'redisAway', 'refused'] as const

type CategoryLine = CacheEffect['categories'][number]
type ViewLine = CacheEffect['views'][number]
type Requests = Omit<ViewLine, 'procedure' | 'category'>

const looks = {
  tooFew: { tone: 'quiet', icon: IconCircleDashed },
  good: { tone: 'ok', icon: IconCircleCheck },
  fair: { tone: 'info', icon: IconCircleMinus },
  poor: { tone: 'warn', icon: IconCircleMinus },
} as const

function Verdict({ ratio, verdict }: Pick<Requests, 'ratio' | 'verdict'>) {
  const t = useTexts(texts)
  const { share } = useFigures()
  const { tone, icon: Sign } = looks[verdict]
  const word = t(`verdict.${verdict}`)
  return (
    <StatusPill tone={tone} icon={<Sign aria-hidden />}>
      {ratio === null ? word : t('verdictOf', { share: share(ratio), verdict: word })}
    </StatusPill>
  )
}

/** One reason for each miss, the most frequent first, in words; for changes also whose. */
function Why({ misses, invalidatedBy }: Pick<Requests, 'misses' | 'invalidatedBy'>) {
  const t = useTexts(texts)
  const language = useLanguage()
  const nameOf = (by: string): string => (by === 'everything' ? t('byEverything') : by === 'clear' ? t('byClear') : (kindNames[by]?.[language] ?? by))
  const by = invalidatedBy.map((each) => nameOf(each.by)).join(', ')
  const parts = reasons
    .filter((reason) => misses[reason] > 0)
    .sort((a, b) => misses[b] - misses[a])
    .map((reason) => t('counted', { reason: reason === 'invalidated' && by ? t('changedBy', { by }) : t(`reason.${reason}`), count: misses[reason] }))
  return <>{parts.join(' · ')}</>
}

function Counts({ line }: { line: Requests }) {
  const { number } = useFormats()
  const { requests, hits, joined, misses } = line
  const computed = reasons.reduce((sum, reason) => sum + misses[reason], 0)
  return (
    <>
      <td>
        <Verdict {...line} />
      </td>
      {[requests, hits.memory + hits.database, hits.redis, joined, computed].map((value, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the columns stand still
        <td key={index} className={table.number}>
          {number(value)}
        </td>
      ))}
    </>
  )
}

/** What is worth saying of a category beside its questions. */
function useRemarks(): (line: CategoryLine) => string[] {
  const t = useTexts(texts)
  const { ms } = useFigures()
  return ({ loadMs, failures, stale, discarded, tooLarge, warmed, refusedEntries }) => {
    const counted = { failed: failures, refusedEntries, stale, discarded, tooLarge, warmed }
    const told = (Object.keys(counted) as (keyof typeof counted)[]).filter((name) => counted[name] > 0).map((name) => t(name, { count: counted[name] }))
    return [...(loadMs === null ? [] : [t('takes', { time: ms(loadMs) })]), ...told]
  }
}

function CategoryRow({ line }: { line: CategoryLine }) {
  const language = useLanguage()
  const remarks = useRemarks()(line)
  return (
    <tr>
      <th scope="row">{categoryNames[line.category][language]}</th>
      <Counts line={line} />
      <td className={classes.wide}>
        <Why {...line} />
        {remarks.length > 0 && <div className={classes.note}>{remarks.join(' · ')}</div>}
      </td>
    </tr>
  )
}

function ViewRow({ line }: { line: ViewLine }) {
  const language = useLanguage()
  return (
    <tr>
      <th scope="row" className={classes.call}>
        {actName(line.procedure, language)}
        <div>
          <bdi dir="ltr" className={classes.code}>
            {line.procedure}
          </bdi>
        </div>
      </th>
      <Counts line={line} />
      <td className={classes.wide}>
        <Why {...line} />
      </td>
    </tr>
  )
}

function Lines({ data, isByView }: { data: CacheEffect; isByView: boolean }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const { locale } = useFormats()
  const categories = data.categories.filter(({ requests, warmed, failures }) => requests + warmed + failures > 0).sort((a, b) => b.requests - a.requests)
  const views = data.views.filter(({ requests }) => requests > 0).sort((a, b) => b.requests - a.requests)
  const silent = cacheCategories.filter((name) => !categories.some(({ category }) => category === name))
  if ((isByView ? views : categories).length === 0) return <EmptyState icon={<IconDatabaseSearch size={22} />} title={t('nothing')} text={t('nothingText')} />
  const numbers = (['requests', 'here', 'fromServer', 'joined', 'computed'] as const).map((name) => ({ title: t(name), isNumber: true as const }))
  return (
    <>
      <Table label={t('title')} columns={[t(isByView ? 'view' : 'kind'), t('worth'), ...numbers, t('why')]}>
        {isByView
          ? views.map((line) => <ViewRow key={line.procedure} line={line} />)
          : categories.map((line) => <CategoryRow key={line.category} line={line} />)}
      </Table>
      <p className={`${classes.note} ${classes.padded}`}>
        {t('tooFewText')}{' '}
        {!isByView &&
          silent.length > 0 &&
          t('notAsked', { names: new Intl.ListFormat(locale, { style: 'short', type: 'unit' }).format(silent.map((name) => categoryNames[name][language])) })}
      </p>
    </>
  )
}

function Sizes({ data: { memory, fileBytes, since } }: { data: CacheEffect }) {
  const t = useTexts(texts)
  const { dateTime } = useFormats()
  const { bytes } = useFigures()
  return (
    <div className={`${classes.column} ${classes.padded}`}>
      <p className={classes.text}>{t('intro')}</p>
      <dl className={classes.facts}>
        <Fact name={t('memory')}>{t('memoryIs', { count: memory.entries, bytes: bytes(memory.bytes) })}</Fact>
        <Fact name={t('file')}>{bytes(fileBytes)}</Fact>
      </dl>
      <p className={classes.note}>{t('since', { time: dateTime(since) })}</p>
    </div>
  )
}

/** What the cache is worth, by kind of value and by screen, with the reason of everything that had to be computed. */
export function CacheWorth() {
  const t = useTexts(texts)
  const [isByView, setIsByView] = useState(false)
  const effect = useQuery(rpc.monitor.cache.queryOptions({ input: {}, staleTime: 0, refetchInterval: askEveryMs }))
  const actions = (
    <div className={classes.row}>
      {effect.data && <AsOf at={effect.data.asOf} />}
      <SegmentedControl
        size="xs"
        aria-label={t('by')}
        value={isByView ? 'view' : 'category'}
        onChange={(value) => setIsByView(value === 'view')}
        data={[
          { value: 'category', label: t('byCategory') },
          { value: 'view', label: t('byView') },
        ]}
      />
    </div>
  )
  return (
    <Panel title={t('title')} actions={actions} isFlush>
      <Answer query={effect}>
        {(data) => (
          <>
            <Sizes data={data} />
            <Lines data={data} isByView={isByView} />
          </>
        )}
      </Answer>
    </Panel>
  )
}
