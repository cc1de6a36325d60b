import { Button, NumberInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Thresholds } from '../../../shared/contract/monitor-acts.js'
import { api, rpc } from '../../api/client.js'
import { useCommand } from '../../api/use-command.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { FormDrawer } from '../../ui/form-drawer.js'
import { useToasts } from '../../ui/toasts.js'
import { texts } from './alert-texts.js'
import { Answer } from './answer.js'
import classes from './monitor.module.css'

type Name = keyof Thresholds
type Unit = 'percent' | 'times' | 'ms' | 'count' | 'hours' | 'seconds'

/** What may be entered for each limit, as the contract allows. */
const fields: Readonly<Record<Name, { unit: Unit; min: number; max: number; isWhole?: true }>> = {
  memoryPercent: { unit: 'percent', min: 1, max: 100 },
  fragmentation: { unit: 'times', min: 1, max: 100 },
  hitRatioPercent: { unit: 'percent', min: 0, max: 100 },
  errorPercent: { unit: 'percent', min: 0, max: 100 },
  latencyMs: { unit: 'ms', min: 1, max: 60_000 },
  loopDelayMs: { unit: 'ms', min: 1, max: 60_000 },
  waitingCount: { unit: 'count', min: 1, max: 10_000_000, isWhole: true },
  waitingHours: { unit: 'hours', min: 0.1, max: 10_000 },
  freeDiskPercent: { unit: 'percent', min: 0, max: 99 },
  clockSeconds: { unit: 'seconds', min: 1, max: 86_400 },
}
const names = Object.keys(fields) as Name[]
type Values = Record<Name, number | string>

const isValid = (name: Name, value: number | string): value is number => {
  const { min, max, isWhole } = fields[name]
  return typeof value === 'number' && value >= min && value <= max && (!isWhole || Number.isInteger(value))
}

function Fields({ values, defaults, onChange }: { values: Values; defaults: Thresholds; onChange: (name: Name, value: number | string) => void }) {
  const t = useTexts(texts)
  const { number } = useFormats()
  return (
    <div className={classes.fields}>
      {names.map((name) => {
        const { unit, min, max, isWhole } = fields[name]
        const suffix = unit === 'count' ? '' : t(`unit.${unit}`)
        return (
          <NumberInput
            key={name}
            size="sm"
            label={t(`field.${name}`)}
            description={t('usually', { value: `${number(defaults[name])} ${suffix}`.trim() })}
            suffix={suffix && ` ${suffix}`}
            allowNegative={false}
            allowDecimal={!isWhole}
            decimalScale={isWhole ? 0 : 2}
            value={values[name]}
            onChange={(value) => onChange(name, value)}
            error={isValid(name, values[name]) ? undefined : t('between', { min: number(min), max: number(max) })}
          />
        )
      })}
    </div>
  )
}

function Form({ thresholds, defaults, onClose }: { thresholds: Thresholds; defaults: Thresholds; onClose: () => void }) {
  const t = useTexts(texts)
  const client = useQueryClient()
  const toasts = useToasts()
  const [values, setValues] = useState<Values>(thresholds)
  const save = useCommand(api.monitor.thresholds.set)
  const changed = names.filter((name) => values[name] !== thresholds[name])
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (names.some((name) => !isValid(name, values[name]))) return
    // A limit that is the usual one again is not kept, so that it follows a later version of the program.
    const change = Object.fromEntries(changed.map((name) => [name, values[name] === defaults[name] ? null : values[name]]))
    const saved = changed.length === 0 ? { thresholds, defaults } : await save.run({ thresholds: change })
    if (!saved) return
    client.setQueryData(rpc.monitor.thresholds.get.queryKey({ input: {} }), saved)
    void client.invalidateQueries({ queryKey: rpc.monitor.alerts.key() })
    if (changed.length > 0) toasts.done(t('saved'))
    onClose()
  }
  const back = (
    <Button variant="subtle" onClick={() => setValues(defaults)}>
      {t('usual')}
    </Button>
  )
  return (
    <FormDrawer
      title={t('formTitle')}
      error={save.error}
      isDirty={changed.length > 0}
      onClose={onClose}
      onSubmit={(event) => void submit(event)}
      submit={{ text: t('save'), isRunning: save.isRunning }}
      aside={back}
    >
      <p className={classes.text}>{t('formText')}</p>
      <Fields values={values} defaults={defaults} onChange={(name, value) => setValues((before) => ({ ...before, [name]: value }))} />
    </FormDrawer>
  )
}

/** From which figures on an alert stands on this workstation. */
export function ThresholdForm({ onClose }: { onClose: () => void }) {
  const limits = useQuery(rpc.monitor.thresholds.get.queryOptions({ input: {}, staleTime: 0 }))
  return <Answer query={limits}>{({ thresholds, defaults }) => <Form thresholds={thresholds} defaults={defaults} onClose={onClose} />}</Answer>
}
