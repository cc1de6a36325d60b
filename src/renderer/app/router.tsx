import { createHashHistory, createRootRoute, createRoute, createRouter, lazyRouteComponent, Navigate } from '@tanstack/react-router'
import { useTexts } from '../i18n/texts.js'
import { EmptyState } from '../ui/empty-state.js'
import { Page, PageHeader } from '../ui/page-header.js'
import { ScreenError } from './screen-error.js'
import { screens } from './screens.js'
import { useSession } from './session.js'
import { Shell } from './shell.js'
import { texts } from './texts.js'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })

/** The first screen of the navigation that the user may open. */
function Start() {
  const { can } = useSession()
  const first = screens.find((screen) => screen.navigation && can(screen.permission))
  return first ? <Navigate to={first.path} replace /> : <NotFound />
}

function NotFound() {
  const t = useTexts(texts)
  return (
    <Page>
      <PageHeader title={t('notFoundTitle')} />
      <EmptyState title={t('notFoundTitle')} text={t('notFoundText')} />
    </Page>
  )
}

const routes = [
  createRoute({ getParentRoute: () => root, path: '/', component: Start }),
  ...screens.map(({ path, load }) => createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load, 'Screen') })),
]

/**
 * The router. Places stand after the `#`, so that both hosts serve one page and relative addresses of its files hold everywhere.
 */
export const router = createRouter({
  routeTree: root.addChildren(routes),
  history: createHashHistory(),
  defaultPreload: 'intent',
  defaultErrorComponent: ScreenError,
  defaultPendingMs: 300,
  scrollRestoration: false,
})
