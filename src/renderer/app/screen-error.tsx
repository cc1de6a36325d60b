import { Button } from '@mantine/core'
import { Component, type ReactNode } from 'react'
import { useTexts } from '../i18n/texts.js'
import { EmptyState } from '../ui/empty-state.js'
import { Page } from '../ui/page-header.js'
import { texts } from './texts.js'

/** A screen that failed while it was drawn; the shell around it goes on working. */
export function ScreenError({ reset }: { reset?: () => void }) {
  const t = useTexts(texts)
  return (
    <Page>
      <div role="alert">
        <EmptyState title={t('screenFailedTitle')} text={t('screenFailedText')}>
          {reset && (
            <Button variant="default" onClick={reset}>
              {t('showAgain')}
            </Button>
          )}
          <Button variant="default" onClick={() => location.reload()}>
            {t('reload')}
          </Button>
        </EmptyState>
      </div>
    </Page>
  )
}

/** Catches what fails outside a screen, so that the window never stays empty. The error itself is not shown: it may hold values. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false }
  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true }
  }
  override render(): ReactNode {
    return this.state.hasFailed ? <ScreenError reset={() => this.setState({ hasFailed: false })} /> : this.props.children
  }
}
