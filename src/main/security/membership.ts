import { randomBytes } from 'node:crypto'
import { clinic } from '../../shared/entities/staff.js'
import { workstation } from '../../shared/entities/workstation.js'
import { newId } from '../../shared/ids.js'
import { statement } from '../store/database.js'
import { setOwnPrefix } from '../store/series.js'
import type { Act, Doer, Store } from '../store/store.js'
import { newExchangeKey, publicKeyOf } from './exchange-key.js'
import { invitationIdOf, invitationMs, makeInvitationCode, sealInvitation } from './invitation.js'
import { findGranted, type GrantBoard, grantToAll, listMembers, noteInvited, removedIds } from './key-grants.js'
import { addKeys, type ClinicKeys, firstGeneration, keepKeys, lastGeneration, sealingKeys } from './keys.js'
import { placeOfPrefix, prefixAt } from './number-prefix.js'
import { newKey } from './sealing.js'
import { identityOf, listWorkstations } from './workstation-identity.js'

/** What membership needs of the clinic's server (`HubBoard` has it). Every call may reject when the server is not in reach. */
export interface MembershipBoard extends GrantBoard {
  putInvitation(id: string, sealed: Uint8Array, ttlMs: number): Promise<void>
  /** False when the server already has the history of a later generation. */
  replaceHistory(generation: number, newEpoch: string, onProgress?: (unlinked: number) => void): Promise<boolean>
  lease(series: string, count: number, atLeast: number): Promise<{ first: number }>
}

/** A server can be emptied while it is connected: after so long grants are looked at again. */
const publishAgainMs = 5 * 60_000

const sentences = {
  noServer:
    'This workstation is not connected to the clinic’s server, through which the others are reached. Nothing was changed. Set the server up, or try again when it is in reach.',
  self: 'This is the workstation that you are working at. Nothing was changed. Remove it from another workstation.',
  full: 'The clinic has given out every prefix for numbers, or renewed its key too often. Nothing was changed.',
  removed:
    'This workstation was removed from the clinic. What it holds stays readable here; to work with the others again, ask the administrator for an invitation.',
}

/** Inviting or removing a workstation that was refused; the message says why. */
export class MembershipProblem extends Error {
  override readonly name = 'MembershipProblem'
  readonly isPublic = true
  constructor(readonly code: keyof typeof sentences) {
    super(sentences[code])
  }
}

/** `removed`: its record says so, or another workstation. `shutOut`: the clinic has a key that nobody has given to this workstation; it was removed, or has to wait for one that knows it. */
export type Standing = 'member' | 'removed' | 'shutOut'

/** After which word of the server a session may go on: `renewed` says that keys or history changed and it has to begin anew; `behind` that the server moved on meanwhile. */
export type Settled = 'ok' | 'renewed' | 'behind' | 'shutOut'

export interface MembershipOptions {
  store: Store
  keys: ClinicKeys
  /** The clinic's folder, for `keys.json`. */
  folder: string
  now: () => number
  /** Sends what waits, so that the others hear of a removal before the key changes; may fail. */
  exchange: () => Promise<unknown>
  /** Called when this workstation learns that it was removed. */
  onRemoved: () => void
}

/**
 * Who belongs to the clinic: invites workstations, removes them, and gives the clinic's new key to those that stay. The exchange with the server
 * hands it the board while it is connected, asks `settle` after the server's first word, and tells `caughtUp` when everything of it is held here.
 */
export class Membership {
  #board: MembershipBoard | undefined
  #isShutOut = false
  #work: Promise<unknown> = Promise.resolve()
  /** What was given out last, and when: looking at every grant again costs a question for each workstation. */
  #published: { what: string; at: number } | undefined

  constructor(private readonly options: MembershipOptions) {
    const { store, onRemoved } = options
    store.subscribe(({ records }) => {
      if (records.some(({ kind, id }) => kind === workstation.kind && id === this.#own.id) && this.standing() === 'removed') onRemoved()
    })
  }

  /** The board while the server is in reach; undefined from then on. */
  use(board: MembershipBoard | undefined): void {
    this.#board = board
    this.#published = undefined
  }

  /** Whether this workstation still belongs to the clinic, as far as it knows. */
  standing(): Standing {
    const { store, keys } = this.options
    if (keys.removed.has(this.#own.id) || store.find(workstation, this.#own.id)?.removedAt !== undefined) return 'removed'
    return this.#isShutOut ? 'shutOut' : 'member'
  }

  /** Leaves an invitation on the server and returns its code, which is kept nowhere. `by` goes into the access log. @throws MembershipProblem, HubProblem */
  async invite(by: Doer = {}): Promise<{ code: string; expiresAt: string }> {
    const { store, keys, now } = this.options
    const board = this.#connected()
    if (this.standing() !== 'member') throw new MembershipProblem('removed')
    const numberPrefix = await this.#leasePrefix(board)
    const code = makeInvitationCode()
    const expiresAt = new Date(now() + invitationMs).toISOString()
    const { dataset, generations } = keys
    const [workstationId, introductionKey] = [newId(), newExchangeKey()]
    noteInvited(store.db, { id: workstationId, publicKey: publicKeyOf(introductionKey) })
    const invitation = {
      dataset,
      clinicName: store.get(clinic, dataset).name,
      generations,
      removed: removedIds(this.options),
      numberPrefix,
      workstationId,
      invitedBy: this.#own.id,
      introductionKey,
      expiresAt,
    }
    await board.putInvitation(invitationIdOf(code), sealInvitation(code, invitation), invitationMs)
    store.noteRead({ ...by, act: 'workstations.invite', detail: { workstationId, numberPrefix } })
    return { code, expiresAt }
  }

  /**
   * Removes another workstation: its record says so at once and reaches everybody, itself included; then the clinic gets a new key that it is left out
   * of. Without a connection the new key is made at the next one. @throws MembershipProblem, RecordMissing
   */
  async remove(id: string, act: Act): Promise<{ isKeyRenewed: boolean }> {
    const { store, now, exchange } = this.options
    if (id === this.#own.id) throw new MembershipProblem('self')
    if (this.standing() !== 'member') throw new MembershipProblem('removed')
    await store.write(act, (tx) => {
      if (tx.get(workstation, id).removedAt !== undefined) return
      tx.update(workstation, id, { removedAt: new Date(now()).toISOString() })
      this.#setPending(true)
    })
    if (this.#board) {
      await exchange().catch(() => undefined)
      await this.caughtUp().catch(() => undefined)
    }
    return { isKeyRenewed: !this.#isPending() }
  }

  /**
   * After the server's first word, which tells the generation of its history: takes the clinic's later key where there is one, and renews a history that is sealed with an earlier key than this
   * workstation's, as a server that came back older than it was has it.
   */
  settle(hubGeneration: number): Promise<Settled> {
    return this.#serially(async () => {
      const board = this.#connected()
      if (this.standing() === 'removed') return 'shutOut'
      const { current, keyOf } = sealingKeys(this.options.keys)
      if (hubGeneration < current) {
        await board.replaceHistory(current, newEpoch())
        return 'renewed'
      }
      const isSame = hubGeneration === current
      if (isSame && current === firstGeneration) return this.#isIn('ok')
      const granted = await findGranted(this.options, board, hubGeneration)
      if (!granted) return isSame ? this.#isIn('ok') : this.#isOut()
      if (granted.removed.has(this.#own.id)) return await this.#takeRemoval(granted.removed)
      // The same generation with another key: a flushed server let two workstations make it, each without the other. A next one settles it.
      const isOther = isSame && granted.generations.get(current)?.equals(keyOf(current) as Uint8Array) === false
      if (isSame && !isOther) return this.#isIn('ok')
      await addKeys(this.options.folder, this.options.keys, { generations: granted.generations, removed: new Set(granted.removed) })
      if (isOther) this.#setPending(true)
      return this.#isIn('renewed')
    })
  }

  /**
   * When everything that the server holds is held here too, and so every removal is known: makes the new key that a removal asked for, gives the
   * current one to whoever lacks it, and takes another prefix where two workstations have the same.
   */
  caughtUp(): Promise<Settled> {
    return this.#serially(async () => {
      const board = this.#connected()
      if (this.standing() !== 'member') return 'shutOut'
      await this.#settlePrefix(board)
      if (this.#isPending()) return (await this.#renew(board)) ? 'renewed' : 'behind'
      await this.#publish(board)
      return 'ok'
    })
  }

  get #own(): { id: string; numberPrefix: string } {
    return identityOf(this.options.store.db)
  }

  #connected(): MembershipBoard {
    if (!this.#board) throw new MembershipProblem('noServer')
    return this.#board
  }

  /** Another workstation's word that this one was removed; kept, because the record that says so may never arrive. */
  async #takeRemoval(removed: ReadonlySet<string>): Promise<Settled> {
    await addKeys(this.options.folder, this.options.keys, { removed: new Set(removed) })
    this.options.onRemoved()
    return 'shutOut'
  }

  #isIn(settled: Settled): Settled {
    this.#isShutOut = false
    return settled
  }

  #isOut(): Settled {
    this.#isShutOut = true
    return 'shutOut'
  }

  /** One at a time: a session that begins anew while the key is renewed waits until it is. */
  #serially<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#work.then(work)
    this.#work = done.catch(() => undefined)
    return done
  }

  /**
   * Makes the clinic's next key: on this disk first, then to everybody who stays, then the server's history begins anew under it. Until then nothing is
   * sealed with it, because the others do not have it. False when the server already has a later one.
   */
  async #renew(board: MembershipBoard): Promise<boolean> {
    const { keys, folder, store } = this.options
    const { current } = sealingKeys(keys)
    // Leased, so that two workstations that remove somebody at the same time never make the same generation.
    const { first: generation } = await board.lease('generation', 1, current + 1)
    if (generation > lastGeneration) throw new MembershipProblem('full')
    const added = { generations: new Map([[generation, newKey()]]), removed: removedIds(this.options) }
    await keepKeys(folder, keys, added)
    await grantToAll(this.options, board, generation, { generations: new Map([...keys.generations, ...added.generations]), removed: added.removed })
    if (!(await board.replaceHistory(generation, newEpoch()))) return false
    await addKeys(folder, keys, added)
    this.#setPending(false)
    store.noteRead({ act: 'workstations.renewKey', detail: { generation } })
    return true
  }

  /** Gives the current key to whoever lacks a grant by this workstation: they may not know the one that made it. */
  async #publish(board: MembershipBoard): Promise<void> {
    const { keys } = this.options
    const { current } = sealingKeys(keys)
    if (current === firstGeneration) return
    const what = `${current} ${listMembers(this.options).map(({ id, publicKey }) => `${id} ${publicKey}`)}`
    const at = performance.now()
    if (this.#published?.what === what && at - this.#published.at < publishAgainMs) return
    await grantToAll(this.options, board, current, { generations: keys.generations, removed: removedIds(this.options) })
    this.#published = { what, at }
  }

  /** A prefix that no workstation has, was removed with, or was invited with. */
  async #leasePrefix(board: MembershipBoard): Promise<string> {
    const places = listWorkstations(this.options.store).map(({ numberPrefix }) => placeOfPrefix(numberPrefix))
    const atLeast = 1 + Math.max(1, Number(this.#meta('lastPrefix') ?? 0), ...places)
    const { first } = await board.lease('workstation', 1, atLeast)
    const prefix = prefixAt(first)
    if (prefix === undefined) throw new MembershipProblem('full')
    // A flushed server forgets what it leased.
    this.#setMeta('lastPrefix', first)
    return prefix
  }

  /** Two workstations can have one prefix where a server was flushed between two invitations, or a folder was copied; the later one takes another. */
  async #settlePrefix(board: MembershipBoard): Promise<void> {
    const { store } = this.options
    const own = this.#own
    const first = listMembers(this.options).find(({ numberPrefix }) => numberPrefix === own.numberPrefix)
    if (!first || first.id === own.id) return
    const numberPrefix = await this.#leasePrefix(board)
    await store.write({ actor: {}, act: 'workstations.changePrefix' }, (tx) => {
      setOwnPrefix(store.db, numberPrefix)
      tx.update(workstation, own.id, { numberPrefix })
    })
  }

  #isPending(): boolean {
    return this.#meta('renewKey') !== undefined
  }

  #setPending(isPending: boolean): void {
    if (isPending) this.#setMeta('renewKey', 1)
    else statement(this.options.store.db, "DELETE FROM meta WHERE key = 'renewKey'").run()
  }

  #meta(key: string): string | number | undefined {
    return statement<{ value: string | number }>(this.options.store.db, 'SELECT value FROM meta WHERE key = ?').get(key)?.value
  }

  #setMeta(key: string, value: string | number): void {
    statement(this.options.store.db, 'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value').run(key, value)
  }
}

/** Random name of a history on the server. */
const newEpoch = (): string => randomBytes(16).toString('hex')
