import { Alert, Button, TextInput } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, rpc } from '../../api/client.js'
import { codeOf } from '../../api/errors.js'
import { useCommand } from '../../api/use-command.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { Panel } from '../../ui/page-header.js'
import { useToasts } from '../../ui/toasts.js'
import classes from './storage.module.css'
import { texts } from './texts.js'

/** The folder on another drive or computer that each backup is copied to; warns while there is none. */
export function SecondPlace({ place }: { place: string | null }) {
  const t = useTexts(texts)
  const client = useQueryClient()
  const toasts = useToasts()
  const [folder, setFolder] = useState('')
  const { run, isRunning, error } = useCommand(api.storage.backups.setSecondPlace)
  const code = error === undefined ? undefined : codeOf(error)
  const set = async (next: string | null): Promise<void> => {
    if (!(await run({ folder: next }))) return
    setFolder('')
    toasts.done(t(next === null ? 'secondPlaceGone' : 'secondPlaceSaved'))
    await client.invalidateQueries({ queryKey: rpc.storage.key() })
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (folder.trim()) void set(folder.trim())
  }
  const refusal = code === 'INVALID' ? t('secondPlaceRefused') : code === 'FORBIDDEN' ? t('secondPlaceElsewhere') : undefined
  return (
    <>
      {place === null && (
        <Alert className={classes.warning} icon={<IconAlertTriangle size={18} />} title={t('noSecondPlace')} role="note">
          <span className={classes.alertText}>{t('noSecondPlaceText')}</span>
        </Alert>
      )}
      <Panel title={t('secondPlace')}>
        {error !== undefined && refusal === undefined && <ErrorNotice error={error} />}
        {place === null ? (
          <form onSubmit={submit} className={classes.row}>
            <TextInput
              className={classes.grow}
              label={t('secondPlace')}
              description={t('secondPlaceHint')}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              dir="ltr"
              spellCheck={false}
              autoComplete="off"
              value={folder}
              onChange={(event) => setFolder(event.currentTarget.value)}
              error={refusal}
            />
            <Button type="submit" variant="default" loading={isRunning}>
              {t('save')}
            </Button>
          </form>
        ) : (
          <div className={classes.row}>
            <div className={classes.grow}>
              <bdi className={classes.place}>{place}</bdi>
              <div className={classes.note}>{refusal ?? t('secondPlaceIs')}</div>
            </div>
            <Button variant="default" loading={isRunning} onClick={() => void set(null)}>
              {t('takeAway')}
            </Button>
          </div>
        )}
      </Panel>
    </>
  )
}
