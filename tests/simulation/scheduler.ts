/** Something that can happen next: a request reaching the server, an answer reaching a workstation, a wait that ends. */
interface Task {
  run(): void
  /** Whose it is; goes with it. */
  owner: object
}

/** All that can happen next. The simulation chooses which of it does; promises go on only through it. */
export class Scheduler {
  #tasks: Task[] = []

  add(owner: object, run: () => void): void {
    this.#tasks.push({ owner, run })
  }

  get size(): number {
    return this.#tasks.length
  }

  /** How many wait of one owner. */
  count(owner: object): number {
    return this.#tasks.filter((task) => task.owner === owner).length
  }

  /** Runs the n-th task that waits, of one owner or of all. */
  run(n: number, owner?: object): void {
    const among = owner === undefined ? this.#tasks : this.#tasks.filter((task) => task.owner === owner)
    const task = among[n % among.length]
    if (!task) return
    this.#tasks.splice(this.#tasks.indexOf(task), 1)
    task.run()
  }

  /** Forgets what waits of one owner: it will never happen. */
  drop(owner: object): void {
    this.#tasks = this.#tasks.filter((task) => task.owner !== owner)
  }
}

/** Lets everything that can go on without the scheduler go on. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
