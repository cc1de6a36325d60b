import { Loader, useDirection, useMantineColorScheme } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from 'react'
import { createPortal } from 'react-dom'
import type { Welcome } from '../../shared/contract/session.js'
import { connection, rpc } from '../api/client.js'
import { isRetryable } from '../api/errors.js'
import { lock } from '../api/session.js'
import { ActiveContext } from '../api/use-stream.js'
import { directionOf } from '../i18n/languages.js'
import { RegionContext } from '../i18n/region.js'
import { setLanguage, useLanguage, useTexts } from '../i18n/texts.js'
import { ErrorState } from '../ui/error-state.js'
import classes from './gate.module.css'
import { useIdle } from './idle-lock.js'
import { closePanel } from './panels.js'
import { router } from './router.js'
import { SessionContext } from './session.js'
import { takeSwitchRequest } from './switch-user.js'
import { texts } from './texts.js'

const FirstRun = lazy(() => import('../features/first-run/screen.js').then(({ Screen }) => ({ default: Screen })))
const SignIn = lazy(() => import('../features/sign-in/screen.js').then(({ Screen }) => ({ default: Screen })))
const LockScreen = lazy(() => import('../features/sign-in/lock-screen.js').then((module) => ({ default: module.LockScreen })))

/** The layout follows the language: Mantine and the document turn round together. */
function useDocumentLanguage(): void {
  const language = useLanguage()
  const { setDirection } = useDirection()
  useEffect(() => {
    document.documentElement.lang = language
    document.documentElement.dir = directionOf(language)
    setDirection(directionOf(language))
  }, [language, setDirection])
}

/** Language and appearance that the user chose on any workstation hold here too, once, when they sign in. */
function usePreferences(user: Welcome['user']): void {
  const { setColorScheme } = useMantineColorScheme()
  const { id, language, colorScheme } = user ?? {}
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new user brings preferences; later ones are made on this screen
  useEffect(() => {
    if (language) setLanguage(language)
    if (colorScheme) setColorScheme(colorScheme)
  }, [id])
}

function Splash({ children }: { children?: ReactNode }) {
  const t = useTexts(texts)
  return (
    <main className={classes.splash}>
      {children ?? (
        <>
          <Loader size="sm" aria-hidden />
          <p role="status">{t('connecting')}</p>
        </>
      )}
    </main>
  )
}

/** The shell of one user. Another user gets a new one: nothing of the first stays on the screen. */
function SignedIn({ welcome }: { welcome: Welcome }) {
  const { clinic, user, state } = welcome
  const isActive = state === 'signedIn'
  const session = useMemo(
    () =>
      clinic &&
      user && {
        clinic,
        user,
        can: (permission: string) => permission === 'public' || permission === 'session' || user.permissions.some((each) => each === permission),
      },
    [clinic, user],
  )
  useIdle(clinic?.lockAfterMinutes ?? 10, () => void lock(), isActive)
  useEffect(() => () => closePanel(), [])
  if (!session) return null
  return (
    <ActiveContext value={isActive}>
      <SessionContext value={session}>
        <RouterProvider router={router} />
      </SessionContext>
    </ActiveContext>
  )
}

/** Over a locked screen only the lock is there (global.css); what was open keeps its state behind it. */
function Lock({ welcome }: { welcome: Welcome }) {
  const [isSwitching] = useState(takeSwitchRequest)
  useEffect(() => {
    document.body.setAttribute('data-locked', '')
    document.title = 'MedInsight Hub'
    return () => document.body.removeAttribute('data-locked')
  }, [])
  const place = document.getElementById('lock')
  return place && createPortal(<LockScreen welcome={welcome} isSwitching={isSwitching} />, place)
}

/** Decides what this window is: the wizard, the sign-in, the shell, or the shell behind the lock. */
export function Gate() {
  const welcome = useQuery(rpc.session.welcome.queryOptions({ staleTime: Number.POSITIVE_INFINITY, retry: (_, error) => isRetryable(error) }))
  const { data } = welcome
  // A page that was loaded while locked has nothing to keep behind the lock.
  const [entered, setEntered] = useState<string>()
  /** Somebody looks at the other clinics of this computer in place of signing in. */
  const [isChoosing, setIsChoosing] = useState(false)
  useDocumentLanguage()
  usePreferences(data?.user)
  const { refetch } = welcome
  useEffect(() => {
    // A workstation that started again may have forgotten the session: ask who is signed in whenever the line is back.
    let wasLost = false
    return connection.subscribe(() => {
      const { status } = connection.state()
      if (status === 'waiting') wasLost = true
      if (status === 'open' && wasLost) {
        wasLost = false
        void refetch()
      }
    })
  }, [refetch])

  if (!data) return <Splash>{welcome.isError && <ErrorState error={welcome.error} onRetry={() => void refetch()} />}</Splash>
  const { state, clinic, user } = data
  if (state === 'signedIn' && user && entered !== user.id) setEntered(user.id)
  const region = { ...(clinic && { country: clinic.country, timeZone: clinic.timeZone }) }
  return (
    <RegionContext value={region}>
      <Suspense fallback={<Splash />}>
        {(state === 'setUp' || state === 'choose') && <FirstRun />}
        {state === 'signIn' && isChoosing && <FirstRun onBack={() => setIsChoosing(false)} onOpened={() => setIsChoosing(false)} />}
        {state === 'signIn' && !isChoosing && <SignIn onOtherClinics={() => setIsChoosing(true)} />}
        {user && (state === 'signedIn' || (state === 'locked' && entered === user.id)) && <SignedIn key={user.id} welcome={data} />}
        {state === 'locked' && <Lock welcome={data} />}
      </Suspense>
    </RegionContext>
  )
}
