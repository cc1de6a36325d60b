import type { Hub, HubBoard, HubProblemCode } from '../redis/hub.js'

/** How the connection to the server stands. */
export type LinkState =
  | { kind: 'off' }
  | { kind: 'connecting' }
  | { kind: 'ready' }
  /** The next attempt is made then, milliseconds since 1970. */
  | { kind: 'waiting'; until: number; problem: HubProblemCode }
  /** The server refuses this workstation; it is asked again rarely. */
  | { kind: 'refused'; problem: HubProblemCode }

/** The connection to the clinic's server, as the exchange uses it. It connects and reconnects by itself. */
export interface ServerLink {
  readonly hub: Hub & HubBoard
  state(): LinkState
  subscribe(listener: (state: LinkState) => void): () => void
  /** Tears the connections down and tries again at once. */
  reconnectNow(): void
  close(): Promise<void>
}
