import { type Hub, HubProblem } from '../../src/main/redis/hub.js'
import type { Dice } from './dice.js'
import type { Scheduler } from './scheduler.js'

/** What can go wrong with a request. */
export interface Weather {
  /** Undefined: the line is good. */
  dice: Dice | undefined
  /** Requests that reach the server late, or once more. */
  late: (() => void)[]
}

/** A workstation's line to the server: every request and every answer waits for the scheduler, and may be lost, late or doubled. */
export class Connection {
  isBroken = false
  readonly #open = new Set<(error: HubProblem) => void>()

  constructor(
    private readonly scheduler: Scheduler,
    private readonly server: () => Hub,
    private readonly weather: Weather,
  ) {}

  /** Ends the line: whatever is on it is lost, and whoever waits is told. */
  break(): void {
    this.isBroken = true
    this.scheduler.drop(this)
    for (const reject of this.#open) reject(new HubProblem('closed', 'The line broke.'))
    this.#open.clear()
  }

  /** The server through this line. */
  hub(): Hub {
    const call = <T>(ask: (server: Hub) => Promise<T>): Promise<T> => this.#call(ask)
    return {
      hello: (request) => call((server) => server.hello(request)),
      push: (request) => call((server) => server.push(request)),
      snapshot: () => call((server) => server.snapshot()),
      buckets: (numbers) => call((server) => server.buckets(numbers)),
      records: (names) => call((server) => server.records(names)),
      read: (after, options) => call((server) => server.read(after, options)),
      adopt: (epoch, site, number, end) => call((server) => server.adopt(epoch, site, number, end)),
      drop: (epoch, record) => call((server) => server.drop(epoch, record)),
    }
  }

  /** A wait that the scheduler ends. */
  pause(): Promise<void> {
    return new Promise((resolve) => this.scheduler.add(this, resolve))
  }

  #call<T>(ask: (server: Hub) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.isBroken) return reject(new HubProblem('closed', 'The line is broken.'))
      this.#open.add(reject)
      this.scheduler.add(this, () => {
        const again = () => void ask(this.server()).catch(() => undefined)
        const fate = this.weather.dice?.() ?? 1
        if (fate < 0.02) return this.break()
        if (fate < 0.04) {
          this.weather.late.push(again)
          return this.break()
        }
        if (fate < 0.06) {
          again()
          return this.break()
        }
        if (fate < 0.09) this.weather.late.push(again)
        // The server answers at once; its answer travels on its own.
        const answer = (settle: () => void) =>
          this.scheduler.add(this, () => {
            this.#open.delete(reject)
            settle()
          })
        ask(this.server()).then(
          (value) => answer(() => resolve(value)),
          (error) => answer(() => reject(error)),
        )
      })
    })
  }
}
