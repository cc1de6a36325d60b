import { SettingProblem } from '../lib/setting-problem.js'

/** A variable's text and the name by which it was found. */
export interface Found {
  text: string
  variable: string
}

/** Environment as a process has it. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Older names of the variables, strongest first; each is also understood with the prefix VITE_. */
const olderNames: Readonly<Record<string, readonly string[]>> = {
  REDIS_DB: ['REDIS_DATABASE'],
  REDIS_PASSWORD: ['REDIS_API_KEY'],
}

/** A variable under its name, with VITE_ before it, or under an older name. An empty one counts as not set. */
export function findVariable(env: Environment, name: string): Found | undefined {
  for (const each of [name, ...(olderNames[name] ?? [])])
    for (const variable of [each, `VITE_${each}`]) {
      const text = env[variable]
      if (text?.trim()) return { text, variable }
    }
  return undefined
}

/** A yes or no. @throws SettingProblem */
export function yesOrNo({ text: written, variable }: Found): boolean {
  const text = written.trim()
  if (/^(?:true|1|yes|on)$/i.test(text)) return true
  if (/^(?:false|0|no|off)$/i.test(text)) return false
  throw new SettingProblem(`${variable} has to be true or false.`)
}

/** A whole number within limits. @throws SettingProblem */
export function wholeNumber({ text, variable }: Found, min: number, max: number): number {
  const value = /^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN
  if (!(value >= min && value <= max)) throw new SettingProblem(`${variable} has to be a whole number from ${min} to ${max}.`)
  return value
}

/** Text without control characters, which would end a line of a log. @throws SettingProblem */
export function plainText({ text, variable }: Found, max: number): string {
  if (text.length > max || /\p{Cc}/u.test(text))
    throw new SettingProblem(`${variable} is longer than ${max} characters or has characters that cannot be printed.`)
  return text
}
