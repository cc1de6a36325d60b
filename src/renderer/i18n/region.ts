import { createContext } from 'react'

/** What formats depend on besides the language: the clinic's country and time zone. */
export const RegionContext = createContext<{ country?: string; timeZone?: string }>({})
