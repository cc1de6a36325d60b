import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { demoAccount } from '../../../shared/contract/demo-account.js'
import { rpc } from '../../api/client.js'
import { useTexts } from '../../i18n/texts.js'
import { FrontPage } from '../../ui/front-page.js'
import { Notice } from './notice.js'
import { ResetForm } from './reset-form.js'
import classes from './sign-in.module.css'
import { SignInForm } from './sign-in-form.js'
import { texts } from './texts.js'

/** Signing in to the clinic of this workstation. A demo shows its account. `onOtherClinics` leads to the others of this computer, and to adding one. */
export function Screen({ onOtherClinics }: { onOtherClinics: () => void }) {
  const t = useTexts(texts)
  const { data } = useQuery(rpc.session.welcome.queryOptions())
  const clinics = useQuery(rpc.setUp.clinics.queryOptions({ input: {}, staleTime: 0 }))
  const [filled, setFilled] = useState<{ username: string; password: string }>()
  const [isResetting, setIsResetting] = useState(false)
  const [isReset, setIsReset] = useState(false)
  if (isResetting)
    return (
      <FrontPage title={t('resetTitle')} note={t('resetNote')}>
        <ResetForm
          onDone={() => {
            setIsReset(true)
            setIsResetting(false)
          }}
        />
        <div className={classes.more}>
          <Button variant="subtle" onClick={() => setIsResetting(false)}>
            {t('backToSignIn')}
          </Button>
        </div>
      </FrontPage>
    )
  return (
    <FrontPage title={t('title')} note={data?.clinic?.name}>
      {data?.clinic?.isDemo && !filled && (
        <div className={classes.demo}>
          <strong>{t('demoTitle')}</strong>
          <div>{t('demoText', demoAccount)}</div>
          <Button variant="default" size="compact-sm" mt={8} onClick={() => setFilled({ ...demoAccount })}>
            {t('demoFill')}
          </Button>
        </div>
      )}
      {isReset && (
        <div className={classes.demo} role="status">
          {t('resetDone')}
        </div>
      )}
      {data?.notice && <Notice notice={data.notice} />}
      <SignInForm key={filled ? 'filled' : 'empty'} filled={filled} />
      <div className={classes.more}>
        <Button variant="subtle" onClick={() => setIsResetting(true)}>
          {t('forgotten')}
        </Button>
        {clinics.data?.canAdd && (
          <Button variant="subtle" onClick={onOtherClinics}>
            {t(clinics.data.items.length > 1 ? 'otherClinics' : 'addClinic')}
          </Button>
        )}
      </div>
    </FrontPage>
  )
}
