/** Deepest nesting that an input may have; no schema of the contract goes near it. */
export const maxDepth = 64

/** Whether a JSON value is nested deeper than `limit`. Walks without recursion: deep input must not overflow the stack it is checked on. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; depth <= limit; depth++) {
    const next: unknown[] = []
    for (const item of level)
      if (typeof item === 'object' && item !== null) for (const child of Object.values(item)) if (typeof child === 'object' && child !== null) next.push(child)
    if (next.length === 0) return false
    level = next
  }
  return true
}
