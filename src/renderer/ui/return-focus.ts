import { useEffect, useState } from 'react'

/** Gives the focus back to what had it when a dialog appeared: for dialogs that leave the document at once when they close. */
export function useReturnFocus(): void {
  const [before] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      // After the dialog has gone: what took the focus meanwhile, another dialog, keeps it.
      setTimeout(() => {
        if (before instanceof HTMLElement && before.isConnected && (document.activeElement === document.body || !document.activeElement))
          before.focus({ preventScroll: true })
      })
    },
    [before],
  )
}
