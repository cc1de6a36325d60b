/**
 * Keeps the database key of each clinic of this workstation outside the clinic's folder: in the operating system's key
 * store on the desktop, in a file or behind a passphrase on the web host. `dataset` is the clinic's dataset id.
 */
export interface KeyStore {
  /** The key, or undefined when none was ever saved here. Throws KeyStoreError when there is one that cannot be read. */
  read(dataset: string): Promise<Buffer | undefined>
  /** Keeps the key durably before it resolves. Throws KeyStoreError when this host has no safe place for it; nothing is written then. */
  save(dataset: string, key: Buffer): Promise<void>
  /** Forgets the key; the recovery code is then the only way into the clinic's data. */
  remove(dataset: string): Promise<void>
}

/** Why a key could not be kept or read. The message is a sentence for the person at the screen and never holds a key or a path. */
export class KeyStoreError extends Error {
  override readonly name = 'KeyStoreError'
  readonly isPublic = true

  constructor(
    readonly code: 'unavailable' | 'plainText' | 'unreadable' | 'permissions' | 'exists' | 'wrongPassphrase',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
