import type { Store } from '../../store/store.js'
import type { Actor } from '../handler.js'

/** Quiet after which a search counts as finished, in milliseconds. */
const quietMs = 2000

interface Search {
  actor: Actor
  ids: readonly string[]
  timer: NodeJS.Timeout
}

/**
 * The access log's rows for searches: typing makes many searches of one, so only what stood on the screen at the end is written,
 * when a result is opened or after two seconds of quiet. One row a search, with the ids that were shown and never what was typed.
 */
export class SearchAudit {
  readonly #open = new Map<string, Search>()

  constructor(private readonly store: Store) {
    store.beforeClose(() => {
      for (const { actor } of this.#open.values()) this.finish(actor)
    })
  }

  /** Somebody was shown these hits; replaces what the same session was shown a moment ago. */
  shown(actor: Actor, ids: readonly string[]): void {
    clearTimeout(this.#open.get(actor.sessionId)?.timer)
    const timer = setTimeout(() => this.finish(actor), quietMs).unref()
    this.#open.set(actor.sessionId, { actor, ids, timer })
  }

  /** Writes the row of a session's search now: a hit was opened, or it was quiet. */
  finish({ sessionId }: Pick<Actor, 'sessionId'>): void {
    const search = this.#open.get(sessionId)
    if (!search) return
    clearTimeout(search.timer)
    this.#open.delete(sessionId)
    const { userId } = search.actor
    this.store.noteRead({ userId, sessionId, act: 'patients.search', detail: { ids: search.ids, count: search.ids.length } })
  }
}
