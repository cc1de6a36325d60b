import { Button, NumberInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { RotatedPlace } from '../../../shared/contract/storage.js'
import { api, rpc } from '../../api/client.js'
import { useCommand } from '../../api/use-command.js'
import { useSession } from '../../app/session.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { Panel } from '../../ui/page-header.js'
import classes from './storage.module.css'
import { texts } from './sync-texts.js'
import { useIsAlone } from './use-facts.js'

const usualDays = 90
const mostDays = 3650

/** Clears what the server certainly has out of the queue's list; asks once more, because it cannot be taken back. */
function ClearSent() {
  const t = useTexts(texts)
  const client = useQueryClient()
  const isAlone = useIsAlone()
  const [days, setDays] = useState<number | string>(usualDays)
  const [isAsking, setIsAsking] = useState(false)
  const [answer, setAnswer] = useState('')
  const clear = useCommand(api.sync.clearSent)
  const isValid = Number.isInteger(days) && Number(days) >= 1 && Number(days) <= mostDays
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (!isValid) return
    if (!isAsking) return setIsAsking(true)
    setIsAsking(false)
    const cleared = await clear.run({ olderThanDays: Number(days) })
    if (!cleared) return
    setAnswer(t('cleared', { count: cleared.removed }))
    await client.invalidateQueries({ queryKey: rpc.sync.key() })
  }
  return (
    <Panel title={t('clearTitle')}>
      <form className={classes.column} onSubmit={(event) => void submit(event)} noValidate>
        <p className={classes.text}>{t('clearText')}</p>
        {isAlone && <p className={classes.text}>{t('clearLocal')}</p>}
        <div className={classes.row}>
          <NumberInput
            className={classes.days}
            label={t('olderThan')}
            suffix={` ${t('days')}`}
            min={1}
            max={mostDays}
            allowDecimal={false}
            allowNegative={false}
            value={days}
            onChange={(value) => {
              setDays(value)
              setIsAsking(false)
            }}
            error={isValid ? undefined : t('daysWrong')}
          />
          <Button type="submit" variant="default" color="red" className={classes.besideField} loading={clear.isRunning} disabled={isAlone || !isValid}>
            {t(isAsking ? 'reallyClear' : 'clear')}
          </Button>
        </div>
        <span role="status">{answer}</span>
        <ErrorNotice error={clear.error} />
      </form>
    </Panel>
  )
}

function Rotated({ place: { place, removed, removedFiles, kept, problem } }: { place: RotatedPlace }) {
  const t = useTexts(texts)
  const parts = [t('rotated', { count: removed.length }), removedFiles > 0 && t('rotatedFiles', { count: removedFiles }), t('keptBackups', { count: kept })]
  const said = problem === undefined ? parts.filter(Boolean).join(', ') : t(problem === 'noWhole' ? 'noWhole' : 'placeUnreachable')
  return (
    <li>
      {t(place === 'own' ? 'placeOwn' : 'placeSecond')}: {said}
      {removed.length > 0 && (
        <bdi dir="ltr" className={classes.note}>
          {' '}
          {removed.join(', ')}
        </bdi>
      )}
    </li>
  )
}

/** Removes the backups that the rotation does not keep, and says which. */
function RotateBackups() {
  const t = useTexts(texts)
  const client = useQueryClient()
  const [isAsking, setIsAsking] = useState(false)
  const [places, setPlaces] = useState<readonly RotatedPlace[]>([])
  const rotate = useCommand(api.storage.backups.rotate)
  const run = async (): Promise<void> => {
    if (!isAsking) return setIsAsking(true)
    setIsAsking(false)
    const done = await rotate.run({})
    if (!done) return
    setPlaces(done.places)
    await client.invalidateQueries({ queryKey: rpc.storage.key() })
  }
  return (
    <Panel title={t('rotateTitle')}>
      <div className={classes.column}>
        <p className={classes.text}>{t('rotateText')}</p>
        <div>
          <Button variant="default" loading={rotate.isRunning} onClick={() => void run()}>
            {t(isAsking ? 'reallyRotate' : 'rotate')}
          </Button>
        </div>
        <div role="status">
          {places.length > 0 && (
            <ul className={classes.list}>
              {places.map((place) => (
                <Rotated key={place.place} place={place} />
              ))}
            </ul>
          )}
        </div>
        <ErrorNotice error={rotate.error} />
      </div>
    </Panel>
  )
}

/** Clearing away what is certainly kept elsewhere. What waits and what was refused is never among it. */
export function MaintenanceTab() {
  const { can } = useSession()
  return (
    <div className={classes.stack}>
      {can('settings.write') && <ClearSent />}
      {can('backups') && <RotateBackups />}
    </div>
  )
}
