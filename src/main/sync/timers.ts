/** Waiting and time, so that the simulation can hand in its own. */
export interface Timers {
  /** Milliseconds since 1970 on this computer's clock; may jump. */
  now(): number
  /** Milliseconds that never go backwards. */
  elapsedMs(): number
  /** Resolves after `ms`, or at once when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** Lets everything else have its turn: work that comes in many pieces asks for it between them, so that nobody waits for more than one. */
  turn(): Promise<void>
}

/** This computer's own. */
export const systemTimers: Timers = {
  now: () => Date.now(),
  elapsedMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const done = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms)
      timer.unref()
      signal.addEventListener('abort', done, { once: true })
    }),
  turn: () => new Promise((resolve) => setImmediate(resolve)),
}

/** What `promise` gives, or `fallback` as soon as the signal aborts; the promise goes on unheard then. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal, fallback: T): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve(fallback)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

/** Something that loops wait for: resolves the waiting ones when it is rung, or when their signal aborts. */
export class Bell {
  #waiting = new Set<() => void>()

  ring(): void {
    const waiting = this.#waiting
    this.#waiting = new Set()
    for (const wake of waiting) wake()
  }

  wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const wake = () => {
        signal.removeEventListener('abort', wake)
        this.#waiting.delete(wake)
        resolve()
      }
      this.#waiting.add(wake)
      signal.addEventListener('abort', wake, { once: true })
    })
  }
}
