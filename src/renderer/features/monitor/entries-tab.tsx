import { Alert, Button, Loader, SegmentedControl, Select } from '@mantine/core'
import { IconCloudOff, IconDatabaseSearch, IconPlayerStop } from '@tabler/icons-react'
import { useState } from 'react'
import { type CacheCategory, cacheCategories } from '../../../shared/cache-categories.js'
import type { EntryLine } from '../../../shared/contract/monitor-acts.js'
import { kindNames } from '../../app/records/act-names.js'
import { useLanguage, useTexts } from '../../i18n/texts.js'
import { AsOf } from '../../ui/as-of.js'
import { EmptyState } from '../../ui/empty-state.js'
import { ErrorState } from '../../ui/error-state.js'
import { Panel } from '../../ui/page-header.js'
import { categoryNames } from './category-names.js'
import { EntryRow } from './entry-row.js'
import { texts } from './entry-texts.js'
import { EntryValue } from './entry-value.js'
import classes from './monitor.module.css'
import { Table } from './table.js'
import { useWalk, type Walk, type Wanted } from './use-walk.js'

const all = 'all'

/** Which keys: cached values by category, or records by kind. */
function Filter({ wanted, onChange }: { wanted: Wanted; onChange: (wanted: Wanted) => void }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const isCache = wanted.area === 'cache'
  const kinds = Object.keys(kindNames).map((kind) => ({ value: kind, label: kindNames[kind]?.[language] ?? kind }))
  const categories = cacheCategories.map((category) => ({ value: category as string, label: categoryNames[category][language] }))
  const choose = (value: string | null): void => {
    if (!value || value === all) onChange({ area: wanted.area })
    else onChange(isCache ? { area: 'cache', category: value as CacheCategory } : { area: 'records', kind: value })
  }
  return (
    <div className={classes.bar}>
      <SegmentedControl
        aria-label={t('area')}
        value={wanted.area}
        onChange={(area) => onChange({ area: area === 'records' ? 'records' : 'cache' })}
        data={[
          { value: 'cache', label: t('cache') },
          { value: 'records', label: t('records') },
        ]}
      />
      <Select
        className={classes.field}
        label={t(isCache ? 'category' : 'kind')}
        allowDeselect={false}
        searchable
        value={wanted.category ?? wanted.kind ?? all}
        onChange={choose}
        data={[{ value: all, label: t('all') }, ...(isCache ? categories : kinds)]}
      />
    </div>
  )
}

/** How far the walk is, and going on or stopping. */
function Foot({ walk: { state, items, more, stop, again } }: { walk: ReturnType<typeof useWalk> }) {
  const t = useTexts(texts)
  const isLooking = state === 'looking'
  return (
    <div className={classes.foot}>
      <span role="status" className={classes.row} aria-busy={isLooking}>
        {isLooking && <Loader size={14} aria-hidden />}
        {isLooking
          ? t('looking')
          : state === 'stopped'
            ? t('stopped')
            : [t('found', { count: items.length }), state === 'ended' && t('foundAll')].filter(Boolean).join(' · ')}
      </span>
      {isLooking && (
        <Button variant="default" size="xs" leftSection={<IconPlayerStop size={14} aria-hidden />} onClick={stop}>
          {t('stop')}
        </Button>
      )}
      {(state === 'paused' || state === 'stopped') && (
        <Button variant="default" size="xs" onClick={more}>
          {t('more')}
        </Button>
      )}
      {!isLooking && (
        <Button variant="subtle" size="xs" onClick={again}>
          {t('again')}
        </Button>
      )}
    </div>
  )
}

function Nothing({ place, area }: { place: Walk['place']; area: Wanted['area'] }) {
  const t = useTexts(texts)
  const text = place === 'server' ? t('noneText') : t(area === 'records' ? 'placeHereRecords' : 'noneHere')
  return <EmptyState icon={<IconDatabaseSearch size={22} />} title={t('noneTitle')} text={text} />
}

/** The keys that the server holds for the clinic, in pieces, without their values; or what this workstation has of them while it is away. */
export function EntriesTab() {
  const t = useTexts(texts)
  const [wanted, setWanted] = useState<Wanted>({ area: 'cache' })
  const [opening, setOpening] = useState<EntryLine>()
  const walk = useWalk(wanted)
  const { items, place, asOf, state, error } = walk
  const isEmpty = items.length === 0 && state === 'ended'
  return (
    <div className={classes.stack}>
      <Panel title={t('title')} actions={asOf && <AsOf at={asOf} />} isFlush>
        <p className={`${classes.text} ${classes.padded}`}>{t('intro')}</p>
        <Filter wanted={wanted} onChange={setWanted} />
        {place === 'here' && !isEmpty && (
          <Alert className={classes.alert} data-tone="warn" icon={<IconCloudOff size={18} />} role="status">
            <span className={classes.alertText}>{t('placeHere')}</span>
          </Alert>
        )}
        {isEmpty && <Nothing place={place} area={wanted.area} />}
        {items.length > 0 && (
          <Table label={t('title')} columns={[t('name'), t('id'), { title: t('size'), isNumber: true }, t('lives'), '']}>
            {items.map((entry) => (
              <EntryRow key={entry.key} entry={entry} onOpen={() => setOpening(entry)} />
            ))}
          </Table>
        )}
        {state === 'failed' ? <ErrorState error={error} onRetry={walk.again} /> : <Foot walk={walk} />}
      </Panel>
      {opening && <EntryValue entry={opening} onClose={() => setOpening(undefined)} />}
    </div>
  )
}
