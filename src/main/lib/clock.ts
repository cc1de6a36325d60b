/** Where time comes from, so that tests and the simulation can hand in their own. */
export interface Clock {
  /** Milliseconds since 1970. May jump, also backwards, when somebody sets the computer's clock. */
  now(): number
  /** Milliseconds from an unknown beginning that never go backwards: for durations, delays and limits. */
  elapsedMs(): number
}

/** This computer's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsedMs: () => performance.now(),
}

/** The clock's instant as text in UTC with milliseconds. */
export const instantOf = (clock: Clock): string => new Date(clock.now()).toISOString()
