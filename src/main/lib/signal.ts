/** A value that others watch: what it is now, and who is told when it changes. */
export class Signal<Value> {
  #value: Value
  readonly #listeners = new Set<(value: Value) => void>()

  constructor(value: Value) {
    this.#value = value
  }

  current = (): Value => this.#value

  /** Sets the value and tells the listeners. */
  set(value: Value): void {
    this.#value = value
    for (const listener of this.#listeners) listener(value)
  }

  /** Tells of every later change; returns how to stop. */
  subscribe = (listener: (value: Value) => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
