import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { v7 } from 'uuid'
import type { AlsoOpen, Opening, Presence } from '../../shared/contract/presence.js'
import { api } from './client.js'
import { useStream } from './use-stream.js'

/** This window among all of the clinic's; lives as long as the page. */
const windowId = v7()
/** Drawers open and close together with what lies below them: said once. */
const gatherMs = 50

const openings = new Map<symbol, Opening>()
const listeners = new Set<() => void>()
let latest: Presence | undefined
let isHeard = false
let timer: ReturnType<typeof setTimeout> | undefined

/** Says what is open here. Nothing waits for it: what is not heard is said again when the stream comes back. */
function say(): void {
  if (timer !== undefined) return
  timer = setTimeout(() => {
    timer = undefined
    if (isHeard) void api.presence.opening({ windowId, openings: current() }).catch(() => undefined)
  }, gatherMs)
}

/** Each record once; one that is edited counts as edited. */
function current(): Opening[] {
  const found = new Map<string, Opening>()
  for (const opening of openings.values()) {
    const key = `${opening.kind}/${opening.id}`
    if (!found.get(key)?.isEditing) found.set(key, opening)
  }
  return [...found.values()].slice(0, 8)
}

const subscribeTo = (signal: AbortSignal): Promise<AsyncIterable<Presence>> => {
  isHeard = false
  return api.streams.presence({ windowId }, { signal })
}

/** Keeps this window on the list of those who are there; mounted once, in the shell. */
export function usePresenceStream(): void {
  useStream(subscribeTo, (event) => {
    latest = event
    if (!isHeard && openings.size > 0) say()
    isHeard = true
    for (const listener of [...listeners]) listener()
  })
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Who is there, as the stream told it last; undefined until its first event. */
export const usePresence = (): Presence | undefined => useSyncExternalStore(subscribe, () => latest)

/** Says while the component is shown that this window has a record open, and tells who else has. */
export function useAlsoOpen(kind: Opening['kind'], id: string, isEditing: boolean): readonly AlsoOpen[] {
  useEffect(() => {
    const key = Symbol(id)
    openings.set(key, { kind, id, isEditing })
    say()
    return () => {
      openings.delete(key)
      say()
    }
  }, [kind, id, isEditing])
  const presence = usePresence()
  return useMemo(() => presence?.alsoOpen.filter((each) => each.kind === kind && each.id === id) ?? [], [presence, kind, id])
}
