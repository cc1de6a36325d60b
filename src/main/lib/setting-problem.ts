/** A setting that does not make sense: names the variable, never its value. */
export class SettingProblem extends Error {
  override readonly name = 'SettingProblem'
  readonly isPublic = true
}

/** A whole number of the environment within limits; undefined when it is not set. @throws SettingProblem */
export function numberSetting(env: Readonly<Record<string, string | undefined>>, name: string, min: number, max: number): number | undefined {
  const text = env[name]
  if (text === undefined || text === '') return undefined
  const value = Number(text)
  if (!Number.isInteger(value) || value < min || value > max) throw new SettingProblem(`${name} has to be a whole number from ${min} to ${max}.`)
  return value
}
