import { Drawer } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconAlertTriangle, IconFlask } from '@tabler/icons-react'
import { Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { usePresenceStream } from '../api/presence.js'
import { useConnection, useLiveQueries } from '../api/use-stream.js'
import { useLanguage, useTexts } from '../i18n/texts.js'
import { useShortcut } from '../ui/shortcuts.js'
import { Navigation } from './navigation.js'
import { PanelOutlet } from './panel-outlet.js'
import { ErrorBoundary } from './screen-error.js'
import { actions, screens } from './screens.js'
import { useSession } from './session.js'
import classes from './shell.module.css'
import { texts } from './texts.js'
import { TopBar } from './top-bar.js'
import { usePathPattern } from './use-param.js'

const CommandPalette = lazy(() => import('./command-palette.js').then((module) => ({ default: module.CommandPalette })))
const ShortcutList = lazy(() => import('./shortcut-list.js').then((module) => ({ default: module.ShortcutList })))

/** The screen that the address names. */
function useScreen() {
  const path = usePathPattern()
  return screens.find((screen) => screen.path === path)
}

/** After a move the heading takes the focus, so that a screen reader reads it and Tab goes on from there. The title names the screen, never a patient. */
function useArrival(main: React.RefObject<HTMLElement | null>): void {
  const pathname = useLocation().pathname
  const screen = useScreen()
  const language = useLanguage()
  const before = useRef(pathname)
  useEffect(() => {
    document.title = screen ? `${screen.title[language]} · MedInsight Hub` : 'MedInsight Hub'
  }, [screen, language])
  useEffect(() => {
    if (before.current === undefined || before.current === pathname) {
      before.current = pathname
      return
    }
    before.current = pathname
    main.current?.scrollTo(0, 0)
    return main.current ? focusHeading(main.current) : undefined
  }, [pathname, main])
}

/** How long a screen may load before the focus no longer goes to its heading. */
const arrivalMs = 5000

/**
 * Moves the focus to the heading of the screen in `place` as soon as it is there; until then the screen before may still hold it. A field
 * that took the focus by itself keeps it, and so does what somebody chose meanwhile. Returns how to stop.
 */
function focusHeading(place: HTMLElement): () => void {
  const observer = new MutationObserver(arrive)
  const timer = setTimeout(stop, arrivalMs)
  function stop(): void {
    observer.disconnect()
    clearTimeout(timer)
    removeEventListener('keydown', stop, true)
    removeEventListener('pointerdown', stop, true)
  }
  function arrive(): void {
    const heading = place.querySelector<HTMLElement>('[data-page-heading]')
    const isHeld = place !== document.activeElement && place.contains(document.activeElement)
    if (!heading || isHeld) return
    // It may still be the heading of the screen before: when that goes, the next one is taken.
    heading.focus({ preventScroll: true })
  }
  observer.observe(place, { childList: true, subtree: true })
  addEventListener('keydown', stop, true)
  addEventListener('pointerdown', stop, true)
  arrive()
  return stop
}

/** Keys that lead to a screen or begin an action. */
function KeyFor({ keys, label, run }: { keys: string; label: string; run: () => void }) {
  useShortcut(keys, label, run)
  return null
}

function ScreenKeys() {
  const t = useTexts(texts)
  const language = useLanguage()
  const navigate = useNavigate()
  const { can } = useSession()
  return (
    <>
      {screens.map(({ id, path, title, permission, navigation }) =>
        navigation && can(permission) ? (
          <KeyFor key={id} keys={`g ${navigation.key}`} label={t('goTo', { screen: title[language] })} run={() => void navigate({ to: path })} />
        ) : null,
      )}
      {actions.map(({ id, title, permission, key, run }) => (key && can(permission) ? <KeyFor key={id} keys={key} label={title[language]} run={run} /> : null))}
    </>
  )
}

/** Frame of every screen: navigation, top bar, banners, panels, palette. */
export function Shell() {
  const t = useTexts(texts)
  const { clinic } = useSession()
  const { status: line } = useConnection()
  const main = useRef<HTMLElement>(null)
  const [isNavigationOpen, navigation] = useDisclosure(false)
  const [palette, setPalette] = useState<'never' | 'open' | 'closed'>('never')
  const [isListOpen, list] = useDisclosure(false)
  const openPalette = (): void => setPalette('open')
  useLiveQueries()
  usePresenceStream()
  useArrival(main)
  useShortcut('mod+k', t('search'), openPalette)
  useShortcut('/', t('search'), openPalette)
  useShortcut('?', t('shortcuts'), list.open)

  return (
    <div className={classes.shell}>
      <button type="button" className={classes.skip} onClick={() => main.current?.focus()}>
        {t('skip')}
      </button>
      <TopBar onSearch={openPalette} onNavigation={navigation.open} onShortcuts={list.open} />
      <section className={classes.banners} aria-label={t('notices')}>
        {clinic.isDemo && (
          <div className={classes.banner} data-tone="info">
            <IconFlask size={16} aria-hidden /> {t('demo')}
          </div>
        )}
        <div role="status">
          {line === 'waiting' && (
            <div className={classes.banner} data-tone="warn">
              <IconAlertTriangle size={16} aria-hidden /> {t('lineLost')}
            </div>
          )}
        </div>
      </section>
      <aside className={classes.rail}>
        <Navigation />
      </aside>
      <main id="main" ref={main} className={classes.main} tabIndex={-1}>
        <ErrorBoundary>
          <Outlet />
        </ErrorBoundary>
      </main>
      <Drawer
        opened={isNavigationOpen}
        onClose={navigation.close}
        position="left"
        size={260}
        title={t('product')}
        closeButtonProps={{ 'aria-label': t('closeNavigation') }}
      >
        <Navigation isWide onGo={navigation.close} />
      </Drawer>
      <ScreenKeys />
      <PanelOutlet />
      <Suspense fallback={null}>
        {palette !== 'never' && <CommandPalette isOpen={palette === 'open'} onClose={() => setPalette('closed')} />}
        {isListOpen && <ShortcutList onClose={list.close} />}
      </Suspense>
    </div>
  )
}
