/** A JSON value as records hold it. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** Texts that JSON writes as they are. Most are, and asking costs a third of having them written. */
const plain = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/

const quoted = (text: string): string => (plain.test(text) ? `"${text}"` : JSON.stringify(text))

/** JSON text with the names of every object sorted, so that equal values have equal bytes on every workstation. */
export function canonical(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  let text = ''
  if (Array.isArray(value)) {
    for (const [at, member] of value.entries()) text += at === 0 ? canonical(member) : `,${canonical(member)}`
    return `[${text}]`
  }
  for (const name of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[name]
    if (member !== undefined) text += `${text === '' ? '' : ','}${quoted(name)}:${canonical(member)}`
  }
  return `{${text}}`
}
