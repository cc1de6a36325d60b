import { pathPattern } from '../ipc/path-pattern.js'

/** Addresses of the documents that this program replaces, and where they live now. */
const aliases: Readonly<Record<string, string>> = {
  '/api/health': '/api/v1/health',
  '/api/auth/login': '/api/v1/session',
  '/api/monitoring/redis': '/api/v1/redis/health',
  '/api/monitoring/cache': '/api/v1/redis/stats',
  '/api/monitoring/performance': '/api/v1/monitor/calls',
  '/api/test/cache': '/api/v1/redis/self-test',
  '/api/test/ratelimit': '/api/v1/redis/limit-test',
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
