import { Follower } from './follower.js'
import { sayHello } from './hello.js'
import { Pusher } from './pusher.js'
import { Reconciler } from './reconciler.js'
import { SessionEnded, type SessionParts } from './session-parts.js'

/**
 * One session with the server: from the first word until the line breaks. Says hello, compares everything where that is asked for, then sends and
 * follows side by side. Ends by the signal, or by an error: a `HubProblem` of the line or the server, or a `SessionEnded`.
 */
export class Session {
  readonly #pusher: Pusher
  readonly #follower: Follower
  readonly #reconciler: Reconciler

  constructor(
    private readonly parts: SessionParts,
    /** Told when the server has answered the first word. */
    private readonly onLive: () => void = () => undefined,
    /** Looks at the generation of the server's key: `renewed` when the session has to begin anew, `shutOut` when this workstation does not get on. */
    private readonly settle: (generation: number) => Promise<'ok' | 'renewed' | 'behind' | 'shutOut'> = async () => 'ok',
  ) {
    this.#pusher = new Pusher(parts)
    this.#follower = new Follower(parts)
    this.#reconciler = new Reconciler(parts)
  }

  async run(signal: AbortSignal): Promise<void> {
    const { replica } = this.parts
    const { status, epoch, generation } = await sayHello(this.parts)
    const settled = await this.settle(generation)
    if (settled === 'renewed' || settled === 'behind') return
    if (settled === 'shutOut' || status === 'key') throw new SessionEnded('key')
    // What was asked for before (a restored backup, a replayed journal) stays the reason.
    if (status !== 'ok') {
      this.parts.known.clear()
      replica.setState({ epoch, reconcile: replica.state().reconcile ?? status })
    }
    this.onLive()
    while (!signal.aborted) {
      if (replica.state().reconcile !== undefined) {
        this.#pusher.restart(await this.#reconciler.run(signal))
      } else await this.#exchange(signal)
    }
  }

  /** Sends and follows until one of both asks for a comparison or fails; then both have ended. */
  async #exchange(signal: AbortSignal): Promise<void> {
    const stop = new AbortController()
    const onAbort = () => stop.abort()
    signal.addEventListener('abort', onAbort, { once: true })
    const loops = [this.#pusher.run(stop.signal), this.#follower.run(stop.signal)].map((loop) => loop.finally(() => stop.abort()))
    const ends = await Promise.allSettled(loops)
    signal.removeEventListener('abort', onAbort)
    const failed = ends.find((end) => end.status === 'rejected')
    if (failed) throw failed.reason
  }
}
