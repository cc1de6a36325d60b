import { createContext, useContext } from 'react'
import type { CurrentUser, Welcome } from '../../shared/contract/session.js'
import type { Permission } from '../../shared/permissions.js'

export interface Session {
  user: CurrentUser
  clinic: NonNullable<Welcome['clinic']>
  /** Whether the user may do something; screens hide what is not allowed, the core refuses it. */
  can(permission: Permission): boolean
}

export const SessionContext = createContext<Session | undefined>(undefined)

/** Who is signed in, in which clinic. Throws outside the shell. */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (!session) throw new Error('Nobody is signed in here.')
  return session
}
