import { Button, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { type CacheCategory, cacheCategories } from '../../../shared/cache-categories.js'
import { rpc } from '../../api/client.js'
import { refusedFields } from '../../api/errors.js'
import { useLanguage, useTexts } from '../../i18n/texts.js'
import { Panel } from '../../ui/page-header.js'
import { Answer } from './answer.js'
import { categoryNames } from './category-names.js'
import { ClearPreview } from './clear-preview.js'
import { ClearReports } from './clear-reports.js'
import { texts } from './clear-texts.js'
import classes from './monitor.module.css'

const [everything, own] = ['*', 'own'] as const
/** What is proposed first: harmless and wanted most often. */
const proposed = 'dashboard'

/** The pattern of a choice. */
const patternOf = (choice: string, typed: string): string => (choice === own ? typed.trim() : choice === everything ? everything : `${choice}:*`)

interface ChoiceProps {
  choice: string
  typed: string
  error: string | undefined
  onChange(to: { choice?: string; typed?: string }): void
  onSubmit(): void
}

function Choice({ choice, typed, error, onChange, onSubmit }: ChoiceProps) {
  const t = useTexts(texts)
  const language = useLanguage()
  const nameOf = (category: CacheCategory): string => t('ofCategory', { name: categoryNames[category][language] })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <form className={`${classes.row} ${classes.ends}`} onSubmit={submit} noValidate>
      <Select
        className={classes.choice}
        label={t('what')}
        allowDeselect={false}
        value={choice}
        onChange={(value) => value && onChange({ choice: value })}
        data={[
          ...cacheCategories.map((category) => ({ value: category, label: nameOf(category) })),
          { value: own, label: t('own') },
          { value: everything, label: t('everything') },
        ]}
      />
      {choice === own && (
        <TextInput
          className={classes.choice}
          label={t('pattern')}
          description={t('patternHint')}
          dir="ltr"
          autoComplete="off"
          spellCheck={false}
          maxLength={120}
          value={typed}
          onChange={(event) => onChange({ typed: event.currentTarget.value })}
          error={error}
        />
      )}
      <Button type="submit" variant="default" disabled={choice === own && typed.trim() === ''}>
        {t('count')}
      </Button>
    </form>
  )
}

/** Clearing the cache: first what it would do, then doing it, then how it went. */
export function Clearing() {
  const t = useTexts(texts)
  const [form, setForm] = useState({ choice: proposed as string, typed: '' })
  const [asked, setAsked] = useState<string>()
  const preview = useQuery(rpc.monitor.clear.preview.queryOptions({ input: { pattern: asked ?? '' }, enabled: asked !== undefined, staleTime: 0, gcTime: 0 }))
  const isNoPattern = asked !== undefined && refusedFields(preview.error).length > 0
  const count = (): void => {
    const pattern = patternOf(form.choice, form.typed)
    if (pattern === asked) void preview.refetch()
    else setAsked(pattern)
  }
  return (
    <Panel title={t('title')} isFlush>
      <div className={`${classes.column} ${classes.padded}`}>
        <p className={classes.text}>{t('intro')}</p>
        <Choice
          {...form}
          error={isNoPattern ? t('patternWrong') : undefined}
          onChange={(to) => {
            setForm((before) => ({ ...before, ...to }))
            setAsked(undefined)
          }}
          onSubmit={count}
        />
        {asked !== undefined && !isNoPattern && (
          <Answer query={preview}>{(found) => <ClearPreview key={found.asOf} preview={found} onEnd={() => setAsked(undefined)} />}</Answer>
        )}
      </div>
      <ClearReports />
    </Panel>
  )
}
