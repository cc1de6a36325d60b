/** What is said elsewhere in the line, or would only be long: ids, and who another workstation was. */
const leftOut = ['ids', 'from', 'importId', 'changed', 'fields']

const isPlain = (value: unknown): value is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof value)
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [])

/** What the detail of a line of the access log tells, in short parts: changed records with the names of their fields, then names, codes and counts. Never a value of a record. */
export function detailParts(
  detail: Readonly<Record<string, unknown>> | undefined,
  kindOf: (kind: string) => string,
  fieldOf: (field: string) => string,
): string[] {
  if (!detail) return []
  const { changed, fields } = detail
  const records = Object.entries(typeof changed === 'object' && changed !== null ? changed : {}).map(([key, names]) => {
    const kind = kindOf(key.split('/')[0] ?? key)
    const named = texts(names).map(fieldOf).join(', ')
    return named ? `${kind}: ${named}` : kind
  })
  const own = texts(fields).map(fieldOf).join(', ')
  const rest = Object.entries(detail).filter(([name, value]) => !leftOut.includes(name) && isPlain(value))
  return [...records, ...(own ? [own] : []), ...rest.map(([name, value]) => `${name}: ${String(value)}`)]
}
