import type { CacheLine } from './cache-line.js'
import { limitKeyNames } from './keys.js'
import { type Reply, runScript } from './scripts.js'

/** What one run of a workstation tells of its uses in a window. */
export interface ToldUses {
  /** Name of the window: random or an HMAC, nothing private. */
  id: string
  /** The run's own uses, with the one that it asks for. */
  own: number
  /** Whether it asks for one more use, or only tells. */
  isAsking: boolean
  max: number
  /** Until the window ends as the run knows it, in milliseconds. */
  leftMs: number
  /** How often somebody was let in again; a later round begins the count anew. */
  round: number
  /** What the window is about, sealed. */
  about: Uint8Array
}

/** What the server counts. A later `round` than was told: the count began anew, and nothing was taken in. */
export interface CountedUses {
  others: number
  own: number
  leftMs: number
  round: number
  isGiven: boolean
}

/** A window at the server as the list of windows has it. */
export interface WindowInUse {
  id: string
  used: number
  leftMs: number
  round: number
  about: Buffer
}

/** The limits' part of the server. Every method rejects with a `HubProblem` when the server is away or too slow; none waits longer than the line's deadline. */
export interface LimitServer {
  tell(run: string, uses: ToldUses): Promise<CountedUses>
  /** Windows that have not ended, at most so many. */
  windows(most: number): Promise<WindowInUse[]>
}

/** The limits' part of a server, on the line of the cache. */
export function limitServer(line: CacheLine, dataset: string): LimitServer {
  const keys = limitKeyNames(dataset)
  return {
    tell: async (run, { id, own, isAsking, max, leftMs, round, about }) => {
      const values = [run, own, isAsking ? 1 : 0, max, Math.max(1, Math.ceil(leftMs)), round, Buffer.from(about), id]
      const reply = (await line.run((client) => runScript(client, 'limit', [keys.window(id), keys.windows], values))) as Reply[]
      const [others = 0, ownHeld = 0, left = 0, heldRound = 0, given = 0] = reply.map(Number)
      return { others, own: ownHeld, leftMs: left, round: heldRound, isGiven: given === 1 }
    },
    windows: async (most) => {
      const ids = await line.run((client) => client.zrange(keys.windows, '0', String(most - 1)))
      const read = await line.run((client) => Promise.all(ids.map((id) => Promise.all([client.hgetallBuffer(keys.window(id)), client.pttl(keys.window(id))]))))
      return read.flatMap(([{ round, about, ...uses }, leftMs], i) =>
        about && round ? [{ id: ids[i] as string, used: sum(Object.values(uses)), leftMs, round: Number(round), about }] : [],
      )
    },
  }
}

const sum = (values: readonly Buffer[]): number => values.reduce((total, value) => total + Number(value), 0)
