import { Button, NumberInput, PasswordInput, SegmentedControl, Switch, Textarea, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import type { ServerSettingsView, SettingOrigin } from '../../../shared/contract/server-settings.js'
import { useTexts } from '../../i18n/texts.js'
import { below } from './field-order.js'
import { fieldsOf, isAddressLocked, isFieldLocked, type Values, type Way, ways } from './server-form.js'
import { texts } from './server-texts.js'
import classes from './settings.module.css'

interface Parts {
  view: ServerSettingsView
  form: UseFormReturnType<Values>
  /** Nothing may be changed: somebody sits at another computer. */
  isReadOnly: boolean
}

/** Says who decides a value: what a stronger source gives is changed there. */
function useOriginText(): (decided: { origin: SettingOrigin; source?: string | undefined; value?: unknown; isSet?: boolean }) => string {
  const t = useTexts(texts)
  return ({ origin, source, value, isSet }) =>
    origin === 'default' && (value === null || isSet === false) ? t('origin.none') : t(`origin.${origin}`, { source: source ?? t('environment') })
}

/** What every field has in common: where its value comes from, and whether it can be changed here. */
function useField({ view, form, isReadOnly }: Parts) {
  const t = useTexts(texts)
  const originText = useOriginText()
  return (name: Exclude<keyof Values, 'way' | 'password'>, hint?: string) => ({
    label: t(name),
    description: [hint, originText(view[name])].filter(Boolean).join(' '),
    inputWrapperOrder: below,
    ...fixed(isReadOnly || isFieldLocked(view, name)),
    ...form.getInputProps(name),
  })
}

/** Looks of a field that can be read and copied, but not changed here. */
const fixed = (isFixed: boolean) => ({ readOnly: isFixed, variant: isFixed ? 'filled' : 'default' })

const code = { dir: 'ltr', spellCheck: false, autoComplete: 'off' } as const

function Password({ view, form, isReadOnly }: Parts) {
  const t = useTexts(texts)
  const originText = useOriginText()
  const { isSet } = view.password
  const isTaken = form.values.password === null
  const isFixed = isReadOnly || isFieldLocked(view, 'password')
  return (
    <div>
      <PasswordInput
        {...code}
        autoComplete="new-password"
        label={t('password')}
        description={originText(view.password)}
        inputWrapperOrder={below}
        placeholder={t(isTaken ? 'passwordGone' : isSet ? 'passwordKept' : 'passwordNone')}
        {...fixed(isFixed || isTaken)}
        visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }}
        {...form.getInputProps('password')}
        value={form.values.password ?? ''}
      />
      {isSet && !isFixed && (
        <Button variant="subtle" size="compact-sm" mt={4} onClick={() => form.setFieldValue('password', isTaken ? '' : null)}>
          {t(isTaken ? 'keepIt' : 'takeAway')}
        </Button>
      )}
    </div>
  )
}

/** The fields of the way that is chosen. */
function WayFields(parts: Parts) {
  const t = useTexts(texts)
  const field = useField(parts)
  const shown = fieldsOf[parts.form.values.way]
  const has = (name: (typeof shown)[number]): boolean => shown.includes(name)
  return (
    <div className={classes.fields}>
      {has('url') && <TextInput {...code} className={classes.whole} {...field('url', t('urlHint'))} />}
      {has('host') && <TextInput {...code} {...field('host')} />}
      {has('port') && <NumberInput {...code} min={1} max={65_535} allowDecimal={false} thousandSeparator="" {...field('port')} />}
      {has('clusterNodes') && <Textarea {...code} className={classes.whole} autosize minRows={2} {...field('clusterNodes', t('nodesHint'))} />}
      {has('sentinels') && <Textarea {...code} className={classes.whole} autosize minRows={2} {...field('sentinels', t('nodesHint'))} />}
      {has('sentinelName') && <TextInput {...code} {...field('sentinelName')} />}
      {has('username') && <TextInput {...code} {...field('username', t('usernameHint'))} />}
      <Password {...parts} />
      {has('database') && <NumberInput {...code} min={0} max={9999} allowDecimal={false} {...field('database')} />}
      {has('caFile') && <TextInput {...code} className={classes.whole} {...field('caFile', t('caFileHint'))} />}
      {has('tls') && <TlsSwitch {...parts} />}
    </div>
  )
}

function TlsSwitch({ view, form, isReadOnly }: Parts) {
  const t = useTexts(texts)
  const originText = useOriginText()
  return (
    <Switch
      className={classes.whole}
      label={t('tls')}
      description={originText(view.tls)}
      disabled={isReadOnly || isFieldLocked(view, 'tls')}
      {...form.getInputProps('tls', { type: 'checkbox' })}
    />
  )
}

/** Whether there is a server and how it is reached; every value says where it comes from. */
export function ServerFields(parts: Parts) {
  const { view, form, isReadOnly } = parts
  const t = useTexts(texts)
  const originText = useOriginText()
  const isWayFixed = isAddressLocked(view)
  return (
    <div className={classes.form}>
      <Switch
        label={t('enabled')}
        description={originText(view.enabled)}
        disabled={isReadOnly || isFieldLocked(view, 'enabled')}
        {...form.getInputProps('enabled', { type: 'checkbox' })}
      />
      <div>
        <SegmentedControl
          aria-label={t('way')}
          disabled={isReadOnly || isWayFixed}
          value={form.values.way}
          onChange={(value) => form.setFieldValue('way', value as Way)}
          data={ways.map((value) => ({ value, label: t(`way.${value}`) }))}
        />
        {isWayFixed && <p className={classes.note}>{t('lockedWay')}</p>}
      </div>
      <WayFields {...parts} />
    </div>
  )
}
