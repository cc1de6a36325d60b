import type { IncomingMessage, ServerResponse } from 'node:http'
import type { SessionCarrier } from '../ipc/needs.js'

const tokenShape = /^[A-Za-z0-9._~+/=-]{8,512}$/

/** How this server's cookie is called. The port is part of it, because cookies of one host are shared by all its ports. */
export const cookieName = (port: number): string => `medinsight-${port}`

/** The token that a request carries: of the `Authorization: Bearer` header where there is one, else of the cookie. */
export function tokenOf(req: IncomingMessage, name: string): { token: string | undefined; isFromCookie: boolean } {
  const bearer = /^Bearer +(\S+)$/i.exec(req.headers.authorization ?? '')?.[1]
  if (req.headers.authorization !== undefined) return { token: bearer !== undefined && tokenShape.test(bearer) ? bearer : undefined, isFromCookie: false }
  for (const part of (req.headers.cookie ?? '').split(';')) {
    const equals = part.indexOf('=')
    if (part.slice(0, equals).trim() !== name) continue
    const token = part.slice(equals + 1).trim()
    return { token: tokenShape.test(token) ? token : undefined, isFromCookie: true }
  }
  return { token: undefined, isFromCookie: false }
}

/** The session of one HTTP request; signing in answers with a cookie that no script can read and no other site can send. */
export function cookieCarrier(res: ServerResponse, initial: string | undefined, { name, isSecure }: { name: string; isSecure: boolean }): SessionCarrier {
  let current = initial
  const cookie = (value: string, expires: string) => `${name}=${value}; Path=/; HttpOnly; SameSite=Strict; Expires=${expires}${isSecure ? '; Secure' : ''}`
  return {
    token: () => current,
    keep: (token, expiresAt) => {
      current = token
      res.setHeader('set-cookie', cookie(token, new Date(expiresAt).toUTCString()))
    },
    drop: () => {
      current = undefined
      res.setHeader('set-cookie', cookie('', new Date(0).toUTCString()))
    },
  }
}
