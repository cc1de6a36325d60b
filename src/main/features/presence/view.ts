import type { AlsoOpen, JobElsewhere, PersonOnline, Presence } from '../../../shared/contract/presence.js'
import type { Services } from '../services.js'
import { accountName, workstationName } from './queries.js'

/** What a window of `userId` is told of the others; names are those of this workstation's own records, so whoever is not known here yet is left out. */
export function presenceFor({ store, presence }: Pick<Services, 'store' | 'presence'>, windowId: string, userId: string): Presence {
  const people = new Map<string, PersonOnline>()
  const alsoOpen: AlsoOpen[] = []
  const jobs: JobElsewhere[] = []
  const own = presence.own()
  const shown = new Set(own.windows.find(({ id }) => id === windowId)?.openings.map(({ kind, id }) => `${kind}/${id}`))
  for (const [workstationId, line] of [[presence.workstationId, own] as const, ...presence.others()]) {
    const at = { workstation: workstationName(store.db, workstationId), isThisWorkstation: line === own }
    for (const window of line.windows) {
      const displayName = accountName(store.db, window.userId)
      if (displayName === undefined) continue
      const who = { userId: window.userId, displayName, ...at, isYou: window.userId === userId }
      const key = `${workstationId}/${window.userId}`
      const before = people.get(key)
      if (!before || window.since < before.since) people.set(key, { ...who, since: window.since })
      if (line === own && window.id === windowId) continue
      for (const opening of window.openings) if (shown.has(`${opening.kind}/${opening.id}`)) alsoOpen.push({ ...who, ...opening })
    }
    if (line !== own)
      jobs.push(...line.jobs.map(({ id, task, done, total }) => ({ id, task, done, ...(total !== undefined && { total }), workstation: at.workstation })))
  }
  const byName = <Each extends { displayName: string; workstation: string }>(a: Each, b: Each): number =>
    a.displayName.localeCompare(b.displayName) || a.workstation.localeCompare(b.workstation)
  return { scope: presence.scope, people: [...people.values()].sort(byName), alsoOpen: withoutTwins(alsoOpen).sort(byName), jobs }
}

/** Several windows of one person at one workstation are one; editing is what is told. */
function withoutTwins(open: readonly AlsoOpen[]): AlsoOpen[] {
  const found = new Map<string, AlsoOpen>()
  for (const each of open) {
    const key = `${each.kind}/${each.id}/${each.userId}/${each.workstation}`
    if (!found.get(key)?.isEditing) found.set(key, each)
  }
  return [...found.values()]
}
