import { setTimeout as wait } from 'node:timers/promises'
import { contract } from '../shared/contract/index.js'
import type { ProcedureMeta } from '../shared/contract/procedure.js'
import { user } from '../shared/entities/staff.js'
import { isGranted, type Role, roles } from '../shared/permissions.js'
import type { CachedAnswers } from './cache/answers.js'
import type { Log } from './lib/log.js'
import { statement } from './store/database.js'
import type { Store } from './store/store.js'

/** What people open first, with the inputs that its screens ask with. */
const views: readonly { path: readonly string[]; input: object }[] = [
  { path: ['dashboard', 'today'], input: {} },
  { path: ['patients', 'list'], input: { limit: 20 } },
  { path: ['staff', 'practitioners', 'list'], input: { isBookable: true, limit: 200 } },
  { path: ['staff', 'chairs', 'list'], input: {} },
  { path: ['settings', 'clinic', 'get'], input: {} },
]

/** The start itself goes first; then one view after the other, with room between for whoever works already. In milliseconds. */
const beginAfterMs = 2000
const betweenMs = 100

export interface Warming {
  handlers: object
  answers: CachedAnswers
  store: Store
  signal: AbortSignal
  log: Log
}

/** Keeps the first views of every role that somebody here has, before anybody asks. Counts as no request; a view that fails is left to whoever asks. Never rejects. */
export async function warmFirstViews({ handlers, answers, store, signal, log }: Warming): Promise<void> {
  try {
    await wait(beginAfterMs, undefined, { signal, ref: false })
    for (const role of rolesHere(store))
      for (const view of views) {
        await warmOne(view, role, handlers, answers)
        await wait(betweenMs, undefined, { signal, ref: false })
      }
  } catch (error) {
    if (!signal.aborted) log.info('cache.warming', { error })
  }
}

/** Roles of the accounts that may sign in. */
function rolesHere({ db }: Store): Role[] {
  const found = statement<{ role: string }>(
    db,
    `SELECT DISTINCT json_extract(data, '$.role') AS role FROM ${user.table} WHERE deleted = 0 AND json_extract(data, '$.isActive')`,
  ).all()
  return roles.filter((role) => found.some((row) => row.role === role))
}

async function warmOne({ path, input }: (typeof views)[number], role: Role, handlers: object, answers: CachedAnswers): Promise<void> {
  const at = (tree: object): unknown => path.reduce<unknown>((branch, name) => (branch as Record<string, unknown>)[name], tree)
  const declared = (at(contract) as { '~orpc': { meta: ProcedureMeta; inputSchema: { parse(input: unknown): unknown } } })['~orpc']
  const { permission, cache, isSameForAll } = declared.meta
  if (cache === 'none' || !isGranted(role, permission)) return
  const validated = declared.inputSchema.parse(input)
  const handler = at(handlers) as (call: unknown) => unknown
  await answers.warm({ procedure: path.join('.'), category: cache, input: validated, role: isSameForAll ? undefined : role }, async () =>
    handler({ input: validated, context: {} }),
  )
}
