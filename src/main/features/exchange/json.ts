/** What JSON text holds. */
export type Json = string | number | boolean | null | Json[] | JsonObject
export interface JsonObject {
  [key: string]: Json
}

/** Whether a value is a JSON object, not an array and not null. */
export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Deep equality of JSON values; key order and absent against undefined make no difference. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, at) => isEqual(item, b[at]))
  if (Array.isArray(b)) return false
  const left = a as Record<string, unknown>
  const right = b as Record<string, unknown>
  let count = 0
  for (const key in left) {
    if (left[key] === undefined) continue
    count++
    if (!isEqual(left[key], right[key])) return false
  }
  for (const key in right) if (right[key] !== undefined) count--
  return count === 0
}

/** An object of the values that are there; undefined when none is, because FHIR knows no empty objects. */
export function compact(parts: Record<string, Json | undefined>): JsonObject | undefined {
  let found: JsonObject | undefined
  for (const key in parts) {
    const value = parts[key]
    if (value !== undefined) (found ??= {})[key] = value
  }
  return found
}

/**
 * Carries the difference from `before` to `after` over to `base`, which holds more than the two: what neither names stays.
 * Items of equally long lists are matched by place, of others by equality. Undefined removes.
 */
export function patch(base: Json | undefined, before: Json | undefined, after: Json | undefined): Json | undefined {
  if (isEqual(before, after)) return base
  if (isObject(base) && isObject(after) && (before === undefined || isObject(before))) return patchObject(base, before, after)
  if (Array.isArray(base) && Array.isArray(before) && Array.isArray(after) && base.length === before.length) return patchList(base, before, after)
  return after
}

function patchObject(base: JsonObject, before: JsonObject | undefined, after: JsonObject): JsonObject {
  const result: JsonObject = { ...base }
  for (const key of new Set([...Object.keys(before ?? {}), ...Object.keys(after)])) {
    const value = patch(base[key], before?.[key], after[key])
    if (value === undefined) delete result[key]
    else result[key] = value
  }
  return result
}

function patchList(base: Json[], before: Json[], after: Json[]): Json[] {
  const taken = new Set<number>()
  return after.map((item, at) => {
    const same =
      before.length === after.length && isEqual(before[at], item) ? at : before.findIndex((other, index) => !taken.has(index) && isEqual(other, item))
    if (same >= 0 && !taken.has(same)) {
      taken.add(same)
      return base[same] as Json
    }
    return before.length === after.length ? (patch(base[at], before[at], item) ?? item) : item
  })
}
