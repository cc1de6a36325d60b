import { ORPCError } from '@orpc/client'
import type { CurrentUser } from '../../shared/contract/session.js'
import { api, connection, queryClient, rpc } from './client.js'
import { ConnectionLost } from './connection.js'
import { isDesktop } from './transports.js'

/** One call of the session route, whose answer sets or clears the HttpOnly cookie; errors have the contract's codes. */
async function overHttp(method: 'POST' | 'DELETE', body?: unknown): Promise<void> {
  const response = await fetch(new URL('/api/v1/session', location.href), {
    method,
    credentials: 'same-origin',
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new ConnectionLost({ cause })
  })
  if (response.ok) return
  const { code, ...data } = (await response.json().catch(() => ({}))) as { code?: string }
  const seconds = Number(response.headers.get('retry-after'))
  throw new ORPCError(code ?? 'INTERNAL_SERVER_ERROR', { status: response.status, data: { ...data, ...(seconds > 0 && { retryAfterSeconds: seconds }) } })
}

const reload = (): Promise<void> => queryClient.invalidateQueries({ queryKey: rpc.session.welcome.key() })

/** Signs somebody in. Nothing that the user before them had loaded stays in memory. */
export async function signIn(username: string, password: string): Promise<void> {
  await authenticate(username, password)
  queryClient.removeQueries({ predicate: (query) => !isWelcome(query.queryKey) })
  await reload()
}

/** Asks who is signed in now; the right screen follows. */
export const enter = (): Promise<void> => reload()

/** Asks who is signed in now, perhaps at another clinic of this computer; the right screen follows. Nothing of the clinic before stays in memory. */
export async function enterClinic(): Promise<void> {
  queryClient.removeQueries({ predicate: (query) => !isWelcome(query.queryKey) })
  await reload()
}

/** Signs in without asking who is signed in afterwards; the wizard does that when its last page is read. */
export async function authenticate(username: string, password: string): Promise<void> {
  if (isDesktop) {
    await api.session.signIn({ username, password })
    return
  }
  // The socket may hold a session that making the clinic opened, which nobody needs now.
  await api.session.signOut()
  await overHttp('POST', { username, password })
  // It takes the new one when it is opened.
  await connection.reconnect()
}

/** Ends the session on this workstation and forgets what it had loaded. */
export async function signOut(): Promise<void> {
  if (isDesktop) await api.session.signOut()
  else {
    await overHttp('DELETE')
    await connection.reconnect()
  }
  queryClient.removeQueries({ predicate: (query) => !isWelcome(query.queryKey) })
  await reload()
}

/** Locks the screen; open forms stay as they are behind it. */
export async function lock(): Promise<void> {
  await api.session.lock()
  await reload()
}

/** Returns to a locked session. */
export async function unlock(secret: { pin?: string; password?: string }): Promise<CurrentUser> {
  const user = await api.session.unlock(secret)
  await reload()
  return user
}

const isWelcome = (key: readonly unknown[]): boolean => JSON.stringify(key[0]) === JSON.stringify(rpc.session.welcome.key()[0])
