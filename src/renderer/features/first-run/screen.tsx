import { Button, Loader, UnstyledButton } from '@mantine/core'
import { IconBuildingHospital, IconFlask, IconUsersGroup } from '@tabler/icons-react'
import { useState } from 'react'
import { demoAccount } from '../../../shared/contract/demo-account.js'
import { api } from '../../api/client.js'
import { authenticate, enter } from '../../api/session.js'
import { useCommand } from '../../api/use-command.js'
import { useLanguage, useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { FrontPage } from '../../ui/front-page.js'
import classes from './first-run.module.css'
import { NewClinic } from './new-clinic.js'
import { RecoveryCode } from './recovery-code.js'
import { texts } from './texts.js'

type Step = 'choose' | 'new' | 'join' | { recoveryCode: string; clinicName: string }

/** The first start: a new clinic, joining one, or a demo. The recovery code is the last page before the clinic opens. */
export function Screen() {
  const t = useTexts(texts)
  const language = useLanguage()
  const [step, setStep] = useState<Step>('choose')
  const demo = useCommand(async (input: Parameters<typeof api.setUp.createDemo>[0] & { commandId: string }) => {
    const made = await api.setUp.createDemo(input)
    await authenticate(demoAccount.username, demoAccount.password)
    await enter()
    return made
  })

  if (typeof step === 'object') return <RecoveryCode code={step.recoveryCode} clinicName={step.clinicName} onDone={() => void enter()} />
  if (step === 'new') return <NewClinic onBack={() => setStep('choose')} onCreated={(recoveryCode, clinicName) => setStep({ recoveryCode, clinicName })} />
  if (step === 'join')
    return (
      <FrontPage title={t('join')} note={t('joinSoon')}>
        <Button variant="default" onClick={() => setStep('choose')}>
          {t('back')}
        </Button>
      </FrontPage>
    )

  const choices = [
    { icon: IconBuildingHospital, title: t('newClinic'), text: t('newClinicText'), run: () => setStep('new') },
    { icon: IconUsersGroup, title: t('join'), text: t('joinText'), run: () => setStep('join') },
    { icon: IconFlask, title: t('demo'), text: t('demoText'), run: () => void demo.run({ language }) },
  ]
  return (
    <FrontPage title={t('welcome')} note={t('welcomeNote')} isWide>
      <ErrorNotice error={demo.error} />
      <div className={classes.choices}>
        {choices.map(({ icon: Icon, title, text, run }) => (
          <UnstyledButton key={title} className={classes.choice} onClick={run} disabled={demo.isRunning}>
            <span className={classes.choiceIcon}>
              <Icon size={22} stroke={1.75} aria-hidden />
            </span>
            <span>
              <span className={classes.choiceTitle}>{title}</span>
              <span className={classes.choiceText}>{text}</span>
            </span>
          </UnstyledButton>
        ))}
      </div>
      <div role="status" className={classes.running}>
        {demo.isRunning && (
          <>
            <Loader size="xs" aria-hidden /> {t('demoRunning')}
          </>
        )}
      </div>
    </FrontPage>
  )
}
