/** The text that says why a password was refused, by the refusal's code. */
export function passwordProblem(code: string): 'passwordShort' | 'passwordCommon' | 'passwordFromName' | 'notValid' {
  if (code === 'tooShort' || code === 'too_small') return 'passwordShort'
  if (code === 'common') return 'passwordCommon'
  return code === 'containsUsername' ? 'passwordFromName' : 'notValid'
}
