import { DirectionProvider, MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { queryClient } from '../api/client.js'
import { cssVariables, theme } from '../ui/theme.js'
import { Gate } from './gate.js'
import { ErrorBoundary } from './screen-error.js'

/** Everything a window needs. `nonce` lets the design system's own style elements through the content policy. */
export function App({ nonce }: { nonce: string }) {
  return (
    <DirectionProvider>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto" getStyleNonce={() => nonce}>
        <QueryClientProvider client={queryClient}>
          <ErrorBoundary>
            <Gate />
          </ErrorBoundary>
          <Notifications position="bottom-right" limit={4} />
        </QueryClientProvider>
      </MantineProvider>
    </DirectionProvider>
  )
}
