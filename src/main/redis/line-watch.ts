/** How a line stands, and what became of it since the start. Instants are milliseconds since 1970. */
export interface LineFacts<State extends string> {
  state: State
  since: number
  /** How often it was there again after it had been away. */
  reconnects: number
  /** How often it was left alone for a moment because the server was too slow. */
  rests: number
  /** When it was lost last, and the code of why. */
  lost?: { at: number; reason?: string | undefined }
}

/** Remembers what a line's states tell one after the other. `ready` and `resting` are the states of a line that holds. */
export class LineWatch<State extends string> {
  #facts: LineFacts<State>
  #wasReady = false

  constructor(
    state: State,
    private readonly now: () => number,
  ) {
    this.#facts = { state, since: now(), reconnects: 0, rests: 0 }
  }

  /** The line is in this state from now on; the same one again tells nothing. */
  note(state: State, reason?: string): void {
    const before = this.#facts
    if (state === before.state) return
    const [held, holds] = [isHeld(before.state), isHeld(state)]
    this.#facts = {
      ...before,
      state,
      since: this.now(),
      reconnects: before.reconnects + (holds && !held && this.#wasReady ? 1 : 0),
      rests: before.rests + (state === 'resting' ? 1 : 0),
      // A line that somebody switches off is not lost.
      ...(held && !holds && state !== 'off' && { lost: { at: this.now(), reason } }),
    }
    if (holds) this.#wasReady = true
  }

  facts(): LineFacts<State> {
    return { ...this.#facts }
  }
}

const isHeld = (state: string): boolean => state === 'ready' || state === 'resting'
