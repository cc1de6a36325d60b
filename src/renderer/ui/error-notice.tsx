import { Alert } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useExplain } from '../api/errors.js'
import { texts } from '../api/texts.js'
import { useTexts } from '../i18n/texts.js'
import classes from './error-notice.module.css'

/** The error of a form, above its buttons; nothing while there is none. */
export function ErrorNotice({ error }: { error: unknown }) {
  const t = useTexts(texts)
  const explain = useExplain()
  if (error === undefined || error === null) return null
  const { title, message, reference } = explain(error)
  return (
    <Alert className={classes.notice} icon={<IconAlertTriangle size={18} />} title={title} role="alert">
      {message}
      {reference && <div className={classes.reference}>{t('reference', { reference })}</div>}
    </Alert>
  )
}
