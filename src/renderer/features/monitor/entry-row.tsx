import { Button } from '@mantine/core'
import { useState } from 'react'
import { cacheCategories } from '../../../shared/cache-categories.js'
import type { EntryLine } from '../../../shared/contract/monitor-acts.js'
import { api } from '../../api/client.js'
import { useCommand } from '../../api/use-command.js'
import { kindNames } from '../../app/records/act-names.js'
import { useSession } from '../../app/session.js'
import { useLanguage, useTexts } from '../../i18n/texts.js'
import table from '../../ui/table.module.css'
import { useToasts } from '../../ui/toasts.js'
import { useDuration } from '../../ui/use-duration.js'
import { categoryNames } from './category-names.js'
import { texts } from './entry-texts.js'
import classes from './monitor.module.css'
import { useFigures } from './use-figures.js'

/** What a key belongs to, in words. */
export function useEntryName(): (entry: Pick<EntryLine, 'name' | 'area'>) => string {
  const t = useTexts(texts)
  const language = useLanguage()
  return ({ name, area }) => {
    if (area === 'records') return kindNames[name]?.[language] ?? name
    const category = cacheCategories.find((each) => each === name)
    return category ? categoryNames[category][language] : name === 'counter' ? t('counter') : name
  }
}

/** Forgets one cached value; asks once more in the same place, because it may have been paid for. */
function Forget({ entry: { name, id, part, key } }: { entry: EntryLine }) {
  const t = useTexts(texts)
  const toasts = useToasts()
  const [step, setStep] = useState<'offered' | 'asking' | 'done'>('offered')
  const forget = useCommand((input: { category: string; identifier: string; sub_key?: string; commandId: string }) =>
    api.monitor.clear.entry(input).catch((error: unknown) => {
      toasts.failed(error)
      throw error
    }),
  )
  if (step === 'done') return <span className={classes.note}>{t('forgotten')}</span>
  const run = async (): Promise<void> => {
    if (step === 'offered') return setStep('asking')
    const done = await forget.run({ category: name, identifier: id, ...(part !== undefined && { sub_key: part }) })
    setStep(done ? 'done' : 'offered')
  }
  return (
    <Button
      variant="default"
      size="compact-sm"
      aria-label={step === 'offered' ? t('forgetOf', { key }) : undefined}
      loading={forget.isRunning}
      onClick={() => void run()}
    >
      {t(step === 'asking' ? 'reallyForget' : 'forget')}
    </Button>
  )
}

/** One key, with what may be done with it. */
export function EntryRow({ entry, onOpen }: { entry: EntryLine; onOpen: () => void }) {
  const t = useTexts(texts)
  const { can } = useSession()
  const { bytes } = useFigures()
  const durationOf = useDuration()
  const nameOf = useEntryName()
  const { area, id, owner, part, key, bytes: size, ttlMs } = entry
  return (
    <tr>
      <th scope="row">
        {nameOf(entry)}
        {part !== undefined && <div className={classes.note}>{t('part', { part })}</div>}
      </th>
      <td>
        <bdi dir="ltr" className={classes.code}>
          {id}
        </bdi>
        {owner !== undefined && (
          <div className={classes.note}>
            <bdi className={classes.code}>{t('of', { id: owner })}</bdi>
          </div>
        )}
      </td>
      <td className={table.number}>{bytes(size)}</td>
      <td className={table.fit}>{ttlMs === null ? t('forEver') : durationOf(ttlMs)}</td>
      <td className={classes.buttons}>
        {can('monitor.write') && (
          <span className={classes.row}>
            <Button variant="default" size="compact-sm" aria-label={t('openOf', { key })} onClick={onOpen}>
              {t('open')}
            </Button>
            {area === 'cache' && entry.name !== 'counter' && <Forget entry={entry} />}
          </span>
        )}
      </td>
    </tr>
  )
}
