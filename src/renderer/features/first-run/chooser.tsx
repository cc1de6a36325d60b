import { Button, UnstyledButton } from '@mantine/core'
import { IconBuildingHospital, IconPlus } from '@tabler/icons-react'
import type { ClinicChoice } from '../../../shared/contract/set-up.js'
import { api } from '../../api/client.js'
import { conflictsOf } from '../../api/errors.js'
import { useCommand } from '../../api/use-command.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { FrontPage } from '../../ui/front-page.js'
import classes from './first-run.module.css'
import { texts } from './texts.js'

interface ChooserProps {
  clinics: readonly ClinicChoice[]
  onOpened: () => void
  onAdd: () => void
  /** Back to the clinic that is open; absent while none is. */
  onBack: (() => void) | undefined
}

/** The clinics of this computer. Each has its own records, key and server; one is open at a time. */
export function Chooser({ clinics, onOpened, onAdd, onBack }: ChooserProps) {
  const t = useTexts(texts)
  const open = useCommand(async ({ id }: { id: string; commandId: string }) => {
    await api.setUp.open({ id })
    onOpened()
    return true
  })
  const isInUse = conflictsOf(open.error).some(({ code }) => code === 'active')
  return (
    <FrontPage title={t('chooseTitle')} note={t('chooseNote')} isWide>
      {isInUse ? <p className={classes.keep}>{t('clinicInUse')}</p> : <ErrorNotice error={open.error} />}
      <div className={classes.choices}>
        {clinics.map(({ id, name, isOpen }) => (
          <UnstyledButton key={id} className={classes.choice} onClick={() => void open.run({ id })} disabled={open.isRunning}>
            <span className={classes.choiceIcon}>
              <IconBuildingHospital size={22} stroke={1.75} aria-hidden />
            </span>
            <span>
              <bdi className={classes.choiceTitle}>{name || t('unnamed')}</bdi>
              {isOpen && <span className={classes.choiceText}>{t('openNow')}</span>}
            </span>
          </UnstyledButton>
        ))}
        <UnstyledButton className={classes.choice} onClick={onAdd} disabled={open.isRunning}>
          <span className={classes.choiceIcon}>
            <IconPlus size={22} stroke={1.75} aria-hidden />
          </span>
          <span>
            <span className={classes.choiceTitle}>{t('addClinic')}</span>
            <span className={classes.choiceText}>{t('addClinicText')}</span>
          </span>
        </UnstyledButton>
      </div>
      {onBack && (
        <Button variant="subtle" mt="md" onClick={onBack}>
          {t('back')}
        </Button>
      )}
    </FrontPage>
  )
}
