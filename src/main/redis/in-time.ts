import { hubProblem } from './problems.js'

/** What the promise gives, or a problem `timeout` after so many milliseconds. A line that died in silence settles nothing, so every wait needs this. */
export function inTime<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(hubProblem('timeout')), ms)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
