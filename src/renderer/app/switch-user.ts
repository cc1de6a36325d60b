let isWanted = false

/** Notes that the next lock screen should ask for another user at once. */
export const requestSwitch = (): void => {
  isWanted = true
}

/** Whether another user was asked for; true once for each request. */
export function takeSwitchRequest(): boolean {
  const was = isWanted
  isWanted = false
  return was
}
