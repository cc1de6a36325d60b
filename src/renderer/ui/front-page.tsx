import { NativeSelect } from '@mantine/core'
import { IconLanguage } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { type Language, languageNames, languages } from '../i18n/languages.js'
import { setLanguage, useLanguage } from '../i18n/texts.js'
import classes from './front-page.module.css'

/** Page before somebody is signed in: one card in the middle, the language to choose below it. */
export function FrontPage({ title, note, children, isWide }: { title: string; note?: ReactNode; children: ReactNode; isWide?: boolean }) {
  const language = useLanguage()
  return (
    <main className={classes.page}>
      <div className={classes.card} data-wide={isWide || undefined}>
        <div className={classes.brand}>
          <img src="./icon.svg" alt="" width={36} height={36} />
          <span>MedInsight Hub</span>
        </div>
        <h1 className={classes.title}>{title}</h1>
        {note !== undefined && <div className={classes.note}>{note}</div>}
        {children}
      </div>
      <NativeSelect
        className={classes.language}
        variant="unstyled"
        aria-label={`Language · Idioma · اللغة`}
        leftSection={<IconLanguage size={17} aria-hidden />}
        value={language}
        onChange={(event) => setLanguage(event.currentTarget.value as Language)}
        data={languages.map((each) => ({ value: each, label: languageNames[each] }))}
      />
    </main>
  )
}
