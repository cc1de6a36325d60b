import { pathPattern } from '../ipc/path-pattern.js'

/** Addresses of the documents that this program replaces, and where they live now. */
const aliases: Readonly<Record<string, string>> = {
  '/api/health': '/api/v1/health',
  '/api/auth/login': '/api/v1/session',
  '/api/v1/redis/session/{id}': '/api/v1/sessions/{id}',
}

const patterns = Object.entries(aliases).map(([from, to]) => ({ pattern: pathPattern(from), to }))

/** Where an address of those documents lives now; undefined for every other one. */
export function aliasOf(pathname: string): string | undefined {
  for (const { pattern, to } of patterns) {
    const params = pattern.match(pathname)
    if (params) return to.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  }
  return undefined
}
