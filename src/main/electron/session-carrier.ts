/**
 * Carries the session token of one window. It lives in the memory of the main process only: the page never sees it, a
 * reload keeps it, closing the window ends it.
 */
export class WindowSession {
  #kept: { token: string; expiresAt: string } | undefined

  /** The token while it is valid. */
  token(): string | undefined {
    if (this.#kept && Date.parse(this.#kept.expiresAt) <= Date.now()) this.#kept = undefined
    return this.#kept?.token
  }

  /** Remembers the token until `expiresAt`, an ISO instant. */
  keep(token: string, expiresAt: string): void {
    this.#kept = { token, expiresAt }
  }

  drop(): void {
    this.#kept = undefined
  }
}
