import { randomBytes } from 'node:crypto'

/** A fresh nonce for one answer of index.html: it lets the design system's own style elements through the policy below. */
export const newStyleNonce = (): string => randomBytes(18).toString('base64')

/**
 * The content policy of every answer: scripts, styles and connections of the own origin only, no inline script, no eval,
 * no frames. Without a nonce (all files but index.html) no inline style is let through either.
 */
export const contentPolicy = (nonce?: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${nonce === undefined ? '' : ` 'nonce-${nonce}'`}`,
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

/** Security headers of every answer that a page may receive, for both hosts. */
export const pageHeaders = (nonce?: string): Record<string, string> => ({
  'Content-Security-Policy': contentPolicy(nonce),
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), hid=(), payment=()',
})

/** Writes the nonce into index.html, where the page reads it: `<meta property="csp-nonce" nonce="…">`. Throws when the page has no head. */
export const withStyleNonce = (html: string, nonce: string): string => {
  const bare = html.replace(/<meta property="csp-nonce"[^>]*>/g, '')
  const head = /<head[^>]*>/.exec(bare)
  if (!head) throw new Error('index.html has no head element to carry the style nonce.')
  const end = head.index + head[0].length
  return `${bare.slice(0, end)}<meta property="csp-nonce" nonce="${nonce}">${bare.slice(end)}`
}
