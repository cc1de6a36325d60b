import { entities } from '../../../shared/entities/index.js'
import { dayOf } from '../../../shared/time.js'
import { questionPage } from '../review/index.js'
import type { Services } from '../services.js'
import { sharedNow } from './inbox.js'
import { decideAudience, mayAudience, type NotificationRow, refusedOperations } from './queries.js'

const dayMs = 24 * 3600_000
/** Questions that are looked through when their number changed. */
const lookedAt = 200
/** What the panel counts as needing a person and is told of in another way. */
const toldOtherwise = new Set(['reviews', 'deadLetters'])

const visible = entities.map(({ kind }) => kind)

type Parts = Pick<Services, 'store' | 'read' | 'now' | 'clinic' | 'sync' | 'storage'>

/** Finds what is to be told of this workstation itself: its server, its backups, what it could not send, and new questions in Review. */
export class ConditionWatch {
  #questionCount = -1
  /** Questions that were open already. */
  #known = new Set<string>()

  constructor(
    private readonly parts: Parts,
    private readonly openQuestions: () => number,
    private readonly keptMs: number,
  ) {}

  /** What is to be told now; told again and again it stays one. */
  async news(): Promise<NotificationRow[]> {
    return [...this.#troubles(), ...(await this.#questions())]
  }

  /** A trouble that goes on is told once a day. */
  #troubles(): NotificationRow[] {
    const { store, storage, sync, now, clinic } = this.parts
    const at = new Date(sharedNow(this.parts)).toISOString()
    const day = dayOf(at, clinic().timeZone)
    const administrators = mayAudience('settings.write')
    const facts = sync.facts()
    const rows: NotificationRow[] = facts.attention
      .filter(({ code }) => !toldOtherwise.has(code))
      .map(({ code }) => ({ id: `server/${code}/${day}`, audience: administrators, kind: 'server', at, detail: { code } }))
    if (facts.oldestWaitingAt && now() - Date.parse(facts.oldestWaitingAt) > dayMs)
      rows.push({ id: `server/oldWaiting/${day}`, audience: administrators, kind: 'server', at, detail: { code: 'oldWaiting' } })
    if (storage.problem !== undefined) rows.push({ id: `backup/${day}`, audience: mayAudience('backups'), kind: 'backup', at, detail: {} })
    if (facts.dead > 0)
      for (const { site, number, userId } of refusedOperations(store.db))
        rows.push({ id: `notSent/${site}/${number}`, audience: userId, kind: 'notSent', at, detail: {} })
    return rows
  }

  async #questions(): Promise<NotificationRow[]> {
    const count = this.openQuestions()
    if (count === this.#questionCount) return []
    const { read, now, sync } = this.parts
    const items = await read(questionPage, { visible, now: new Date(now()).toISOString(), limit: lookedAt })
    const isFirst = this.#questionCount === -1
    this.#questionCount = count
    const fresh = items.filter(({ id, at }) => !this.#known.has(`${id} ${at}`))
    for (const { id, at } of fresh) this.#known.add(`${id} ${at}`)
    const shared = sharedNow(this.parts)
    const isMissed = isFirst || sync.isCatchingUp()
    // What an earlier run has told long ago is no news.
    const since = new Date(shared - this.keptMs).toISOString()
    const told = fresh.filter(({ at }) => (isMissed || items.length === lookedAt ? at >= since : true))
    return told.map(({ id, at, recordKind, patientId }) => ({
      id: `review/${id}/${at}`,
      audience: decideAudience(recordKind),
      kind: 'review',
      at: isMissed ? at : new Date(shared).toISOString(),
      ...(patientId && { patientId }),
      detail: { question: id },
    }))
  }
}
