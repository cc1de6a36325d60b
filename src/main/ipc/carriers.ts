import type { SessionCarrier } from '../features/handler.js'

/** Holds the token of one window or socket in memory, for as long as the connection lives. */
export function memoryCarrier(initial?: string): SessionCarrier {
  let current = initial
  return {
    token: () => current,
    keep: (token) => {
      current = token
    },
    drop: () => {
      current = undefined
    },
  }
}
