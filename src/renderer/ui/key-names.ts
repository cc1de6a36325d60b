const isMac = /Mac|iPhone|iPad/.test(globalThis.navigator?.userAgent ?? '')

/** The key that commands are given with on this computer, as its keyboard names it. */
export const modKey = isMac ? '⌘' : 'Ctrl'

/** The keys of a shortcut as the keyboard names them: `mod+k` is one press of two keys, `g p` two presses. */
export const keyNames = (keys: string): string[][] =>
  keys.split(' ').map((press) => press.split('+').map((key) => (key === 'mod' ? modKey : key.length === 1 ? key.toUpperCase() : key)))
