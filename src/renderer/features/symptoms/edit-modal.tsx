import { Button, Modal } from '@mantine/core'
import type { Symptom } from '../../../shared/contract/symptoms.js'
import { api } from '../../api/client.js'
import { useCommand } from '../../api/use-command.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { useToasts } from '../../ui/toasts.js'
import { SymptomFields } from './symptom-fields.js'
import { fieldsOf, useSymptomForm, valuesOf } from './symptom-form.js'
import classes from './symptoms.module.css'
import { texts } from './texts.js'

/** Corrects an entry; the toast takes the correction back. */
export function EditModal({ entry, known, onClose }: { entry: Symptom; known: readonly string[]; onClose: () => void }) {
  const t = useTexts(texts)
  const toasts = useToasts()
  const { timeZone = 'UTC' } = useFormats()
  const form = useSymptomForm(valuesOf(entry, timeZone))
  const edit = useCommand(api.symptoms.edit)
  const submit = form.onSubmit(async (values) => {
    const { id, concern, symptoms, severity, occurredAt, autoSaved } = entry
    const saved = await edit.run({ id, autoSaved: false, ...fieldsOf(values, timeZone) })
    if (!saved) return
    toasts.done(t('edited'), () => void api.symptoms.edit({ id, concern, symptoms, severity, occurredAt, autoSaved }).catch(toasts.failed))
    onClose()
  })
  return (
    <Modal opened onClose={onClose} title={t('editTitle')} closeButtonProps={{ 'aria-label': t('close') }}>
      <form className={classes.form} onSubmit={submit} noValidate>
        <SymptomFields form={form} known={known} />
        <ErrorNotice error={edit.error} />
        <div className={classes.buttons}>
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" loading={edit.isRunning}>
            {t('saveEdit')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
