import { useEffect, useRef } from 'react'

const signs = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const

/**
 * Calls `onIdle` once nobody has touched the computer for some minutes. Clock times are compared, so that the time in which the
 * computer slept counts too.
 */
export function useIdle(minutes: number, onIdle: () => void, isOn: boolean): void {
  const latest = useRef(onIdle)
  latest.current = onIdle
  useEffect(() => {
    if (!isOn) return
    let touchedAt = Date.now()
    let isDone = false
    const touch = (): void => {
      // A computer that wakes up sends an event before the timer runs: what was overdue stays overdue.
      if (!check()) touchedAt = Date.now()
    }
    const check = (): boolean => {
      if (!isDone && Date.now() - touchedAt >= minutes * 60_000) {
        isDone = true
        latest.current()
      }
      return isDone
    }
    for (const sign of signs) addEventListener(sign, touch, { passive: true, capture: true })
    const timer = setInterval(check, 5000)
    return () => {
      clearInterval(timer)
      for (const sign of signs) removeEventListener(sign, touch, { capture: true })
    }
  }, [minutes, isOn])
}
