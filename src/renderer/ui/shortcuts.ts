import { useEffect, useRef, useSyncExternalStore } from 'react'

/** A shortcut that works now: `keys` as pressed, e.g. `mod+k`, `g p`, `?`, and what it does in the user's language. */
export interface Shortcut {
  keys: string
  label: string
  run(): void
}

const active = new Map<symbol, Shortcut>()
const listeners = new Set<() => void>()
let listed: readonly Shortcut[] = []
let begun = ''
let begunAt = 0

const storageKey = 'single-key-shortcuts'

/** Whether keys without Ctrl or ⌘ do something; people who dictate turn them off (WCAG 2.1.4). */
export const singleKeys = {
  isOn: (): boolean => localStorage.getItem(storageKey) !== 'off',
  set(isOn: boolean): void {
    localStorage.setItem(storageKey, isOn ? 'on' : 'off')
    changed()
  },
}

function changed(): void {
  listed = [...active.values()]
  for (const listener of [...listeners]) listener()
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.getAttribute('role') === 'combobox')

function find(keys: string): Shortcut | undefined {
  // The one mounted last wins: a drawer's shortcut is before its screen's.
  return [...active.values()].reverse().find((shortcut) => shortcut.keys === keys)
}

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.repeat || event.isComposing || document.body.hasAttribute('data-locked')) return
  const key = event.key.toLowerCase()
  if (event.ctrlKey || event.metaKey) {
    const shortcut = event.altKey || event.shiftKey ? undefined : find(`mod+${key}`)
    if (!shortcut) return
    event.preventDefault()
    shortcut.run()
    return
  }
  // A dialog over the screen keeps the screen's keys from acting behind it.
  if (event.altKey || isTyping(event.target) || !singleKeys.isOn() || document.querySelector('[aria-modal="true"]')) return
  const sequence = begun && event.timeStamp - begunAt < 1200 ? `${begun} ${key}` : key
  const shortcut = find(sequence) ?? find(key)
  begun = shortcut ? '' : key
  begunAt = event.timeStamp
  if (!shortcut) return
  event.preventDefault()
  shortcut.run()
}

/** Makes keys work while the component is shown, and lists them under `?`. Single keys rest while somebody types. */
export function useShortcut(keys: string, label: string, run: () => void): void {
  const latest = useRef(run)
  latest.current = run
  useEffect(() => {
    const id = Symbol(keys)
    if (active.size === 0) addEventListener('keydown', press)
    active.set(id, { keys, label, run: () => latest.current() })
    changed()
    return () => {
      active.delete(id)
      if (active.size === 0) removeEventListener('keydown', press)
      changed()
    }
  }, [keys, label])
}

/** The shortcuts that work on the screen now shown. */
export const useShortcutList = (): readonly Shortcut[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => listed,
  )
