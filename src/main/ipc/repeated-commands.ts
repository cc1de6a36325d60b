import { createHash } from 'node:crypto'
import type { CommandKey } from '../features/handler.js'
import type { Commands } from './needs.js'

/** The id was used before for something else, or by somebody else. */
export class CommandIdReused extends Error {
  override readonly name = 'CommandIdReused'
}

/** JSON with the keys of every object in order, so that equal inputs give equal texts. */
const ordered = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(ordered)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([, child]) => child !== undefined)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, child]) => [key, ordered(child)]),
        )
      : value

/** Fields that are never hashed: a plain hash beside the slow ones of the accounts would let whoever has the database guess a PIN at once. */
const secretFields: ReadonlySet<string> = new Set(['password', 'newPassword', 'pin', 'newPin', 'recoveryCode', 'passphrase'])

/** Hash of a command: its procedure and its validated input without the id itself and without secrets. */
export function hashOf(procedure: string, input: unknown): string {
  const fields = typeof input === 'object' && input !== null && !Array.isArray(input) ? (input as Record<string, unknown>) : { input }
  const rest = Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'commandId' && !secretFields.has(name)))
  return createHash('sha256')
    .update(JSON.stringify([procedure, ordered(rest)]))
    .digest('base64url')
}

/**
 * Carries a command out once. A repetition gets the first answer; repetitions that arrive while the first still runs wait for it and share
 * its answer or its error. A command that failed was not carried out and may be tried again under the same id.
 */
export class RepeatedCommands {
  readonly #running = new Map<string, { inputHash: string; answer: Promise<unknown> }>()

  constructor(private readonly commands: Commands) {}

  /** @throws CommandIdReused */
  async once(command: CommandKey, procedure: string, userId: string, carryOut: () => Promise<unknown>): Promise<unknown> {
    const key = `${userId} ${command.id}`
    const running = this.#running.get(key)
    if (running) {
      if (running.inputHash !== command.inputHash) throw new CommandIdReused()
      return running.answer
    }
    const answer = this.#first(command, procedure, userId, carryOut)
    this.#running.set(key, { inputHash: command.inputHash, answer })
    try {
      return await answer
    } finally {
      this.#running.delete(key)
    }
  }

  async #first({ id, inputHash }: CommandKey, procedure: string, userId: string, carryOut: () => Promise<unknown>): Promise<unknown> {
    const kept = await this.commands.find(id)
    if (kept) {
      if (kept.inputHash !== inputHash || kept.userId !== userId) throw new CommandIdReused()
      return kept.answer
    }
    const answer = await carryOut()
    await this.commands.keep({ id, procedure, userId, inputHash, answer })
    return answer
  }
}
