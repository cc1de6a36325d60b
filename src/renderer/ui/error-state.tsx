import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { codeOf, useExplain } from '../api/errors.js'
import { texts } from '../api/texts.js'
import { useTexts } from '../i18n/texts.js'
import classes from './page.module.css'

/** An error in place of what could not be shown: what happened, what was kept, and a way to try again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useTexts(texts)
  const { title, message, reference } = useExplain()(error)
  return (
    <div className={classes.empty} role="alert">
      <div className={classes.emptyIcon} data-tone="bad" aria-hidden>
        <IconAlertTriangle size={22} />
      </div>
      <p className={classes.emptyTitle}>{title}</p>
      <p className={classes.emptyText}>{message}</p>
      {reference && <p className={classes.reference}>{t('reference', { reference })}</p>}
      {onRetry && codeOf(error) !== 'GONE' && (
        <div className={classes.emptyActions}>
          <Button variant="default" onClick={onRetry}>
            {t('tryAgain')}
          </Button>
        </div>
      )}
    </div>
  )
}
