import type { Query } from '@tanstack/react-query'
import { isTouched } from '../../src/renderer/api/live.js'
import type { Freshness } from '../../src/shared/contract/freshness.js'
import type { Changes } from '../../src/shared/contract/streams.js'

/** A question of a screen. `staleMs` where the screen gives one of its own. */
export interface Question {
  procedure: string
  input: object
  staleMs?: number
}

/** A call that was made: when on the clinic's clock, how long it took, and where its answer came from. */
export interface MadeCall {
  at: number
  person: string
  procedure: string
  ms: number
  source?: Freshness['source']
}

interface Kept {
  question: Question
  answer: unknown
  at: number
  isInvalid: boolean
  unusedSince: number
}

/** `staleTime` of src/renderer/api/client.ts. */
const usualStaleMs = 5 * 60_000
/** `gcTime`, which that leaves at its usual value. */
const keptUnusedMs = 5 * 60_000

/** What is open in every window: navigation, top bar and session (gate.tsx, review-count.tsx, system-notifications.ts). */
const frame: Question[] = [
  { procedure: 'session.welcome', input: {}, staleMs: Number.POSITIVE_INFINITY },
  { procedure: 'review.count', input: {} },
  { procedure: 'notifications.preferences', input: {} },
]

/**
 * A window of the program without its picture: asks what its screens ask, and again when the page's query client would. By src/renderer/api/client.ts an answer is not asked for
 * again within five minutes unless a change touches it; nothing is asked again because a window gets the focus, and none of the screens of this day polls.
 * What a change touches is decided by the renderer's own code.
 */
export class Window {
  readonly #kept = new Map<string, Kept>()
  #screen: Question[] = []
  #above: Question[] = []
  #isOpen = false
  #changes: Changes['records'] = []

  constructor(
    private readonly person: string,
    private readonly carryOut: (procedure: string, input: object) => Promise<unknown>,
    private readonly now: () => number,
    private readonly note: (call: MadeCall) => void,
    /** Told of each question of a screen that the window answers with what it has kept. */
    private readonly noteKept: (procedure: string) => void,
  ) {}

  /** Opens the window with its frame. */
  async open(): Promise<void> {
    this.#isOpen = true
    await this.#ask(frame)
  }

  /** Shows another screen in place of the one before. */
  async show(...questions: Question[]): Promise<void> {
    this.#leave(this.#open())
    this.#screen = questions
    this.#above = []
    await this.#ask(questions)
  }

  /** Shows questions of a drawer or field above the screen, in place of those before; none closes it. Answers the first one's answer. */
  async above(...questions: Question[]): Promise<unknown> {
    this.#leave(this.#above)
    this.#above = questions
    const [first] = await this.#ask(questions)
    return first
  }

  /** Gives a command. */
  command(procedure: string, input: object): Promise<unknown> {
    return this.#call(procedure, input)
  }

  hear({ records }: Changes): void {
    if (this.#isOpen) this.#changes.push(...records)
  }

  /** Asks again for what is open and was touched by what was heard (live.ts); the rest is asked again when it is next shown. */
  async settle(): Promise<void> {
    const records = this.#changes
    if (records.length === 0) return
    this.#changes = []
    for (const kept of this.#kept.values()) {
      const { procedure, input } = kept.question
      const query = { queryKey: [procedure.split('.'), { input, type: 'query' }] } as unknown as Query
      if (procedure === 'review.count' || isTouched(query, records)) kept.isInvalid = true
    }
    const touched = this.#open().filter((question) => this.#kept.get(keyOf(question))?.isInvalid)
    await Promise.all(touched.map((question) => this.#fetch(question)))
  }

  #open(): Question[] {
    return [...frame, ...this.#screen, ...this.#above]
  }

  #leave(questions: readonly Question[]): void {
    for (const question of questions) {
      const kept = this.#kept.get(keyOf(question))
      if (kept) kept.unusedSince = this.now()
    }
  }

  #ask(questions: readonly Question[]): Promise<unknown[]> {
    return Promise.all(
      questions.map((question) => {
        const kept = this.#kept.get(keyOf(question))
        const age = kept ? this.now() - kept.at : 0
        const isGone = !kept || this.now() - kept.unusedSince > keptUnusedMs
        if (isGone || kept.isInvalid || age >= (question.staleMs ?? usualStaleMs)) return this.#fetch(question)
        this.noteKept(question.procedure)
        return kept.answer
      }),
    )
  }

  async #fetch(question: Question): Promise<unknown> {
    const at = this.now()
    const answer = await this.#call(question.procedure, question.input)
    this.#kept.set(keyOf(question), { question, answer, at, isInvalid: false, unusedSince: Number.POSITIVE_INFINITY })
    return answer
  }

  async #call(procedure: string, input: object): Promise<unknown> {
    const at = this.now()
    const began = performance.now()
    const answer = await this.carryOut(procedure, input)
    const { freshness } = (answer ?? {}) as { freshness?: Freshness }
    this.note({ at, person: this.person, procedure, ms: performance.now() - began, ...(freshness && { source: freshness.source }) })
    return answer
  }
}

const keyOf = ({ procedure, input }: Question): string => `${procedure} ${JSON.stringify(input)}`
