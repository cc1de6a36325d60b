import type { ServerResponse } from 'node:http'

/** Policy of everything that is not a page: an answer opened as a document can load and run nothing. */
const inertPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox"

/** Headers of every answer. Pages and files replace the policy and the caching by their own. */
export function setSecurityHeaders(res: ServerResponse): void {
  res.setHeader('content-security-policy', inertPolicy)
  res.setHeader('cache-control', 'no-store')
  res.setHeader('x-content-type-options', 'nosniff')
  res.setHeader('x-frame-options', 'DENY')
  res.setHeader('referrer-policy', 'no-referrer')
  res.setHeader('cross-origin-opener-policy', 'same-origin')
  res.setHeader('cross-origin-resource-policy', 'same-origin')
  res.setHeader('permissions-policy', 'camera=(self), microphone=(self), geolocation=(), payment=(), usb=(), serial=()')
}
