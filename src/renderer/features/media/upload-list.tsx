import { Button, CloseButton, Progress } from '@mantine/core'
import { codeOf, refusedFields, useExplain } from '../../api/errors.js'
import { useTexts } from '../../i18n/texts.js'
import classes from './media.module.css'
import { texts } from './texts.js'
import type { Upload, Uploads } from './use-uploads.js'

/** Why a file was not added, in words. */
function useReason(): (error: unknown) => string {
  const t = useTexts(texts)
  const explain = useExplain()
  return (error) => {
    const code = refusedFields(error)[0]?.code
    if (code === 'notMedia') return t('notMedia')
    if (code === 'empty') return t('emptyFile')
    if (code === 'tooLarge' || (error as { code?: string } | null)?.code === 'PAYLOAD_TOO_LARGE') return t('tooLarge')
    return codeOf(error) === 'UNEXPECTED' ? t('notAdded') : explain(error).message
  }
}

/** Files on their way, each with how far it is or why it was not added. */
export function UploadList({ uploads }: { uploads: Uploads }) {
  const t = useTexts(texts)
  const reason = useReason()
  if (uploads.items.length === 0) return null
  const stateOf = ({ state, share }: Upload): string => (state === 'sending' ? t('uploading', { percent: Math.round(share * 100) }) : t(state))
  return (
    <ul className={classes.uploads} aria-label={t('uploads')} aria-live="polite">
      {uploads.items.map((upload) => (
        <li key={upload.id} className={classes.upload}>
          <span className={classes.title}>
            <bdi>{upload.file.name}</bdi>
          </span>
          <span className={classes.quiet}>{stateOf(upload)}</span>
          <span>
            {upload.state === 'failed' && refusedFields(upload.error).length === 0 && (
              <Button variant="subtle" size="compact-sm" onClick={() => uploads.retry(upload.id)}>
                {t('retry')}
              </Button>
            )}
            <CloseButton
              size="sm"
              aria-label={upload.state === 'failed' ? t('dismiss') : t('cancelUpload', { name: upload.file.name })}
              onClick={() => uploads.drop(upload.id)}
            />
          </span>
          {upload.state === 'failed' ? (
            <span className={classes.problem}>{reason(upload.error)}</span>
          ) : (
            <Progress size="xs" value={upload.share * 100} aria-label={upload.file.name} />
          )}
        </li>
      ))}
    </ul>
  )
}
