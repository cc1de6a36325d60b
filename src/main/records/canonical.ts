/** A JSON value as records hold it. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** JSON text with the names of every object sorted, so that equal values have equal bytes on every workstation. */
export function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const parts: string[] = []
  for (const name of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[name]
    if (member !== undefined) parts.push(`${JSON.stringify(name)}:${canonical(member)}`)
  }
  return `{${parts.join(',')}}`
}
