import { type ClientContext, type ClientLink, ORPCError } from '@orpc/client'

/** One open line to the workstation's core. `closed` settles when it is gone; `close` may be called more than once. */
export interface Transport {
  link: ClientLink<ClientContext>
  closed: Promise<void>
  close(): void
}
export type OpenTransport = () => Promise<Transport>

/** `retryAt` is when the next attempt begins, in milliseconds of the epoch. */
export type ConnectionState = { status: 'connecting' } | { status: 'open' } | { status: 'waiting'; retryAt: number }

/** The line to the workstation was not there or broke during the call. Whether the call was carried out is unknown; repeating it with the same `commandId` is safe. */
export class ConnectionLost extends Error {
  readonly code = 'DISCONNECTED'
  readonly retryable = true
  constructor(options?: ErrorOptions) {
    super('The connection to the workstation was lost.', options)
  }
}

export interface ConnectionOptions {
  /** Waiting times between attempts; the last one repeats. */
  delaysMs?: readonly number[]
  /** How long a call waits for the line before it fails with ConnectionLost. */
  patienceMs?: number
}

/** A line that opens itself again. Calls made meanwhile wait a little and then fail in a way that says they may be repeated. */
export interface Connection {
  readonly link: ClientLink<ClientContext>
  state(): ConnectionState
  subscribe(listener: () => void): () => void
  /** Begins; a second call does nothing. */
  start(): void
  /** Closes the line and opens a new one at once, so that it carries another session. Settles when the new one is open. */
  reconnect(): Promise<void>
  /** Settles when the line is open; rejects with the signal's reason when that comes first. */
  whenOpen(signal?: AbortSignal): Promise<void>
  close(): void
}

/** Keeps one transport open and hands calls to it. */
export function createConnection(open: OpenTransport, { delaysMs = [100, 250, 500, 1000, 2000, 5000], patienceMs = 5000 }: ConnectionOptions = {}): Connection {
  let state: ConnectionState = { status: 'connecting' }
  let current: Transport | undefined
  let attempt = 0
  // Answers of an older attempt are recognised by this number and dropped.
  let generation = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const listeners = new Set<() => void>()

  function set(next: ConnectionState): void {
    state = next
    for (const listener of [...listeners]) listener()
  }
  function retryLater(): void {
    const delay = delaysMs[Math.min(attempt, delaysMs.length - 1)] ?? 1000
    attempt += 1
    set({ status: 'waiting', retryAt: Date.now() + delay })
    timer = setTimeout(() => void dial(), delay)
  }
  async function dial(): Promise<void> {
    clearTimeout(timer)
    const mine = ++generation
    const before = current
    current = undefined
    before?.close()
    set({ status: 'connecting' })
    try {
      const transport = await open()
      if (mine !== generation) return transport.close()
      current = transport
      attempt = 0
      set({ status: 'open' })
      void transport.closed.then(() => {
        if (mine !== generation) return
        current = undefined
        retryLater()
      })
    } catch {
      if (mine === generation) retryLater()
    }
  }
  const subscribe = (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  function whenOpen(signal?: AbortSignal): Promise<void> {
    if (state.status === 'open') return Promise.resolve()
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        unsubscribe()
        signal?.removeEventListener('abort', abort)
      }
      const abort = (): void => {
        stop()
        reject(signal?.reason)
      }
      const unsubscribe = subscribe(() => {
        if (state.status !== 'open') return
        stop()
        resolve()
      })
      if (signal?.aborted) abort()
      else signal?.addEventListener('abort', abort)
    })
  }

  return {
    link: {
      async call(path, input, options) {
        const signals = [AbortSignal.timeout(patienceMs), ...(options.signal ? [options.signal] : [])]
        await whenOpen(AbortSignal.any(signals)).catch((reason: unknown) => {
          throw options.signal?.aborted ? reason : new ConnectionLost()
        })
        if (!current) throw new ConnectionLost()
        try {
          return await current.link.call(path, input, options)
        } catch (error) {
          if (error instanceof ORPCError || options.signal?.aborted) throw error
          throw new ConnectionLost({ cause: error })
        }
      },
    },
    state: () => state,
    subscribe,
    whenOpen,
    start() {
      if (generation === 0) void dial()
    },
    async reconnect() {
      attempt = 0
      void dial()
      await whenOpen()
    },
    close() {
      generation += 1
      clearTimeout(timer)
      current?.close()
      current = undefined
    },
  }
}
