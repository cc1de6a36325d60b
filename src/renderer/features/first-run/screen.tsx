import { Button, Loader, UnstyledButton } from '@mantine/core'
import { IconBuildingHospital, IconFlask, IconUsersGroup } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { demoAccount } from '../../../shared/contract/demo-account.js'
import { api, rpc } from '../../api/client.js'
import { authenticate, enterClinic } from '../../api/session.js'
import { useCommand } from '../../api/use-command.js'
import { useLanguage, useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { FrontPage } from '../../ui/front-page.js'
import { Chooser } from './chooser.js'
import classes from './first-run.module.css'
import { JoinClinic } from './join-clinic.js'
import { NewClinic } from './new-clinic.js'
import { RecoveryCode } from './recovery-code.js'
import { texts } from './texts.js'

type Step = 'clinics' | 'choose' | 'new' | 'join' | { recoveryCode: string; clinicName: string }

interface FirstRunProps {
  /** Back to the sign-in of the clinic that is open; absent while none is. */
  onBack?: () => void
  /** Told when another clinic was opened. */
  onOpened?: () => void
}

/**
 * The clinics of this computer where there are any, and a further one: new, joined, or a demo. The recovery code is the last page before a clinic opens.
 */
export function Screen({ onBack, onOpened }: FirstRunProps) {
  const t = useTexts(texts)
  const language = useLanguage()
  const [step, setStep] = useState<Step>('clinics')
  const { data } = useQuery(rpc.setUp.clinics.queryOptions({ input: {}, staleTime: 0 }))
  const leave = async (): Promise<void> => {
    await enterClinic()
    onOpened?.()
  }
  const demo = useCommand(async (input: Parameters<typeof api.setUp.createDemo>[0] & { commandId: string }) => {
    const made = await api.setUp.createDemo(input)
    await authenticate(demoAccount.username, demoAccount.password)
    await leave()
    return made
  })

  if (typeof step === 'object') return <RecoveryCode code={step.recoveryCode} clinicName={step.clinicName} onDone={() => void leave()} />
  const show = (recoveryCode: string, clinicName: string) => setStep({ recoveryCode, clinicName })
  if (step === 'new') return <NewClinic onBack={() => setStep('choose')} onCreated={show} />
  if (step === 'join') return <JoinClinic onBack={() => setStep('choose')} onJoined={show} />
  if (!data) return null
  if (step === 'clinics' && data.items.length > 0)
    return <Chooser clinics={data.items} onOpened={() => void leave()} onAdd={() => setStep('choose')} onBack={onBack} />

  const choices = [
    { icon: IconBuildingHospital, title: t('newClinic'), text: t('newClinicText'), run: () => setStep('new') },
    { icon: IconUsersGroup, title: t('join'), text: t('joinText'), run: () => setStep('join') },
    { icon: IconFlask, title: t('demo'), text: t('demoText'), run: () => void demo.run({ language }) },
  ]
  return (
    <FrontPage title={t(data.items.length > 0 ? 'addClinic' : 'welcome')} note={t(data.items.length > 0 ? 'addClinicText' : 'welcomeNote')} isWide>
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
      {data.items.length > 0 && (
        <Button variant="subtle" onClick={() => setStep('clinics')} disabled={demo.isRunning}>
          {t('back')}
        </Button>
      )}
    </FrontPage>
  )
}
