/** A path with `{names}` in it, compiled. */
export interface PathPattern {
  names: readonly string[]
  match(path: string): Record<string, string> | undefined
}

/** Compiles a path such as `/patients/{id}/media`; a parameter matches one segment. */
export function pathPattern(path: string): PathPattern {
  const names = [...path.matchAll(/\{\+?(\w+)\}/g)].map((match) => match[1] ?? '')
  const shape = new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, (letter) => (letter === '+' ? letter : `\\${letter}`)).replace(/\{\+?\w+\}/g, '([^/]+)')}$`)
  return {
    names,
    match: (candidate) => {
      const found = shape.exec(candidate)
      return found ? Object.fromEntries(names.map((name, at) => [name, decode(found[at + 1] ?? '')])) : undefined
    },
  }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
