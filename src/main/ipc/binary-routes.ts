import { commonErrors, type ProcedureMeta } from '../../shared/contract/procedure.js'
import type { BinaryRoute } from '../features/handler.js'
import { admit } from './admission.js'
import type { Actor, Connection, IpcNeeds } from './needs.js'

// Hosts know of features only what these types say.
export type { BinaryReply, BinaryRoute } from '../features/handler.js'

/** Lets a caller into a binary route as into a procedure: session, permission, rate limit. Throws errors of the contract. */
export async function admitBinary(route: BinaryRoute, connection: Connection, needs: IpcNeeds): Promise<Actor> {
  const meta: ProcedureMeta = { permission: route.permission, type: 'query', cache: 'none', audit: 'none', limit: route.limit ?? 'normal' }
  const actor = await admit(connection, route.name, meta, commonErrors, needs)
  if (typeof actor !== 'object') throw new Error(`The route ${route.name} must not be public.`)
  return actor
}

/** The part of a content that a `Range` header asks for; undefined means all of it. Several ranges at once are answered with all of it too. */
export function requestedRange(header: string | undefined, size: number): { start: number; end: number } | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (first === '' && last === '') return undefined
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  return start > end || start >= size ? 'unsatisfiable' : { start, end }
}

/** The header that makes a browser save content as a file of this name. */
export const contentDisposition = (name: string): string =>
  `attachment; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)}`
