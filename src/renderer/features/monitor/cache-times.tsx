import { Button, Group, Modal, NumberInput, Select, Stack } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { CacheTime } from '../../../shared/contract/monitor-acts.js'
import { api, rpc } from '../../api/client.js'
import { refusedFields } from '../../api/errors.js'
import { useCommand } from '../../api/use-command.js'
import { useSession } from '../../app/session.js'
import { useLanguage, useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { Panel } from '../../ui/page-header.js'
import { useReturnFocus } from '../../ui/return-focus.js'
import table from '../../ui/table.module.css'
import { useToasts } from '../../ui/toasts.js'
import { Answer } from './answer.js'
import { texts } from './cache-texts.js'
import { categoryNames } from './category-names.js'
import classes from './monitor.module.css'
import { Table } from './table.js'
import { largestUnit, longestSeconds, secondsOf, type TimeUnit, timeUnits } from './time-units.js'
import { useFigures } from './use-figures.js'

/** How long values of one kind are kept: an amount in a unit, or the usual time again. */
function TimeForm({ time, onClose }: { time: CacheTime; onClose: () => void }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const client = useQueryClient()
  const toasts = useToasts()
  const { length } = useFigures()
  const first = largestUnit(time.seconds)
  const [amount, setAmount] = useState<number | string>(first.amount)
  const [unit, setUnit] = useState<TimeUnit>(first.unit)
  const save = useCommand(api.monitor.cacheTimes.set)
  const seconds = secondsOf(Number(amount), unit)
  const isValid = amount !== '' && seconds >= 1 && seconds <= longestSeconds
  useReturnFocus()
  const set = async (value: number | null): Promise<void> => {
    const saved = await save.run({ times: [{ category: time.category, seconds: value }] })
    if (!saved) return
    client.setQueryData(rpc.monitor.cacheTimes.get.queryKey({ input: {} }), saved)
    toasts.done(t('saved'))
    onClose()
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (isValid) void set(seconds === time.defaultSeconds ? null : seconds)
  }
  const isDecided = refusedFields(save.error).some(({ code }) => code === 'decided')
  return (
    <Modal opened onClose={onClose} title={categoryNames[time.category][language]} closeButtonProps={{ 'aria-label': t('close') }}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <div className={classes.fields}>
            <NumberInput
              data-autofocus
              label={t('amount')}
              value={amount}
              onChange={setAmount}
              min={1}
              allowNegative={false}
              allowDecimal={false}
              error={isValid ? undefined : t('amountWrong')}
            />
            <Select
              label={t('unit')}
              allowDeselect={false}
              value={unit}
              onChange={(value) => setUnit(timeUnits.find((each) => each === value) ?? 'minutes')}
              data={timeUnits.map((value) => ({ value, label: t(value) }))}
            />
          </div>
          {isDecided ? <p role="alert">{t('decided')}</p> : <ErrorNotice error={save.error} />}
          <Group justify="space-between">
            <Button variant="subtle" disabled={time.origin !== 'screen'} onClick={() => void set(null)}>
              {t('usual', { time: length(time.defaultSeconds) })}
            </Button>
            <Button type="submit" loading={save.isRunning} disabled={!isValid}>
              {t('save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function Row({ time, onChange }: { time: CacheTime; onChange: (() => void) | undefined }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const { length } = useFigures()
  const { category, seconds, defaultSeconds, origin, source } = time
  const name = categoryNames[category][language]
  const values = { source: source ?? '', time: length(defaultSeconds) }
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className={table.fit}>{length(seconds)}</td>
      <td>{t(`origin.${origin}`, values)}</td>
      <td className={classes.buttons}>
        {onChange && origin !== 'environment' && (
          <Button variant="default" size="compact-sm" aria-label={t('changeOf', { name })} onClick={onChange}>
            {t('change')}
          </Button>
        )}
      </td>
    </tr>
  )
}

/** For how long values of each kind are given out, and where that comes from. */
export function CacheTimes() {
  const t = useTexts(texts)
  const { can } = useSession()
  const [editing, setEditing] = useState<CacheTime>()
  const times = useQuery(rpc.monitor.cacheTimes.get.queryOptions({ input: {}, staleTime: 0 }))
  return (
    <Panel title={t('timesTitle')} isFlush>
      <p className={`${classes.text} ${classes.padded}`}>{t('timesText')}</p>
      <Answer query={times}>
        {({ items }) => (
          <Table label={t('timesTitle')} columns={[t('kind'), t('time'), t('origin'), '']}>
            {items.map((time) => (
              <Row key={time.category} time={time} onChange={can('monitor.write') ? () => setEditing(time) : undefined} />
            ))}
          </Table>
        )}
      </Answer>
      {editing && <TimeForm time={editing} onClose={() => setEditing(undefined)} />}
    </Panel>
  )
}
