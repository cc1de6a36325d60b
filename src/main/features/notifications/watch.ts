import { notificationHours } from '../../../shared/contract/notifications.js'
import { appointment } from '../../../shared/entities/appointment.js'
import { user } from '../../../shared/entities/staff.js'
import type { Log } from '../../lib/log.js'
import type { NotificationCare, Services, Told } from '../services.js'
import { ConditionWatch } from './condition-watch.js'
import { sharedNow } from './inbox.js'
import { type NotificationRow, putNotifications, removeBefore } from './queries.js'
import { VisitWatch } from './visit-watch.js'

/** Commits within this time, in milliseconds, are looked at together. */
const gatherMs = 200
/** Waiting times and troubles come without a commit. */
const lookEveryMs = 15_000
const pruneEveryMs = 10 * 60_000
/** Long tasks whose end is told to whoever started them. */
const toldTasks: ReadonlySet<string> = new Set(['import.check', 'import.run', 'export'])

export interface NotificationParts extends Pick<Services, 'store' | 'read' | 'now' | 'clinic' | 'sync' | 'syncStatus' | 'storage' | 'tasks'> {
  /** How many questions were open when they were last counted. */
  openQuestions: () => number
  /** How long notifications are kept, in milliseconds; the usual day when absent. */
  keptMs?: number | undefined
  log: Log
}

/**
 * Derives what staff are told from what happens here and arrives from elsewhere. What is told has an id that follows from what happened, so that a
 * restart or a repetition tells nothing twice.
 */
export class NotificationWatch implements NotificationCare {
  readonly keptMs: number
  readonly #visits: VisitWatch
  readonly #conditions: ConditionWatch
  readonly #listeners = new Set<(told: Told) => void>()
  readonly #stops: (() => void)[] = []
  readonly #users = new Set<string>()
  #unkept: NotificationRow[] = []
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()
  #prunedAt = Number.NEGATIVE_INFINITY
  #isStopped = false

  constructor(private readonly parts: NotificationParts) {
    this.#visits = new VisitWatch(parts, () => this.#isStopped)
    this.keptMs = parts.keptMs ?? notificationHours * 3600_000
    this.#conditions = new ConditionWatch(parts, parts.openQuestions, this.keptMs)
  }

  subscribe(listener: (told: Told) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  start(): void {
    const { store, syncStatus, tasks } = this.parts
    this.#stops.push(
      store.subscribe(({ records }) => {
        for (const { kind, id } of records) {
          if (kind === appointment.kind) this.#visits.touch(id)
          else if (kind === user.kind) this.#users.add(id)
        }
        this.#later()
      }),
      syncStatus.subscribe(() => this.#later()),
      tasks.subscribe(({ id, task, state }) => {
        const audience = state === 'running' || !toldTasks.has(task) ? undefined : tasks.startedBy(id)
        if (audience === undefined || state === 'running') return
        const at = new Date(sharedNow(this.parts)).toISOString()
        this.#guarded(() => this.#put([{ id: `task/${id}`, audience, kind: 'task', at, detail: { task, state } }]))
      }),
    )
    const timer = setInterval(() => this.#later(), lookEveryMs).unref()
    this.#stops.push(() => clearInterval(timer))
    this.#later()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    for (const stop of this.#stops) stop()
    clearTimeout(this.#timer)
    await this.#looking
  }

  #later(): void {
    if (this.#timer || this.#isStopped) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#looking = this.#looking.then(() => this.#look())
    }, gatherMs).unref()
  }

  async #look(): Promise<void> {
    // A disk that is full, or a worker that ended: what is still so is told by a later look.
    const visits = this.#isStopped ? [] : await this.#visits.news().catch((error: unknown) => this.#failed(error))
    // A change is heard of once: what cannot be kept now is kept by a later look.
    this.#unkept.push(...visits)
    if (!this.#isStopped)
      this.#guarded(() => {
        this.#put(this.#unkept)
        this.#unkept = []
      })
    const conditions = this.#isStopped ? [] : await this.#conditions.news().catch((error: unknown) => this.#failed(error))
    if (this.#isStopped) return
    this.#guarded(() => {
      this.#put(conditions)
      this.#prune()
    })
  }

  #put(rows: readonly NotificationRow[]): void {
    const { db, erased } = this.parts.store
    const lawful = rows.filter(({ patientId }) => patientId === undefined || !erased.isErasedPatient(patientId))
    const added = lawful.length === 0 ? [] : putNotifications(db, lawful)
    if (added.length === 0 && this.#users.size === 0) return
    const told = { rows: added, userIds: new Set(this.#users) }
    this.#users.clear()
    for (const listener of this.#listeners) listener(told)
  }

  #prune(): void {
    if (Math.abs(this.parts.now() - this.#prunedAt) < pruneEveryMs) return
    this.#prunedAt = this.parts.now()
    removeBefore(this.parts.store.db, new Date(sharedNow(this.parts) - this.keptMs).toISOString())
  }

  #guarded(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#failed(error)
    }
  }

  #failed(error: unknown): [] {
    this.parts.log.warn('notifications.failed', { error })
    return []
  }
}
