// A workstation as a process of its own: opens a clinic's folder as the product does, exchanges with the server, writes, and tells on its output what it does
// and what was acknowledged. Killed at any moment by those who started it.
import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { openClinic } from '../../src/main/clinic.js'
import { createLog } from '../../src/main/lib/log.js'
import { keptVersionKind } from '../../src/main/records/merge.js'
import { RedisHub } from '../../src/main/redis/redis-hub.js'
import { keyFileStore } from '../../src/main/security/key-files.js'
import { holdFolder, refuseRequests } from '../../src/main/store/lock.js'
import { InvalidRecord } from '../../src/main/store/record-check.js'
import { digestKeyOf, Store } from '../../src/main/store/store.js'
import type { Transaction } from '../../src/main/store/transaction.js'
import { verifyDatabase } from '../../src/main/store/verification.js'
import { keyOf } from '../../src/main/sync/record-codec.js'
import { patient } from '../../src/shared/entities/patient.js'
import { newId } from '../../src/shared/ids.js'
import { type Dice, diceOf, pick } from '../simulation/dice.js'
import { type Change, nextChange } from '../simulation/writes.js'
import { collapses } from './collapses.js'
import type { Asked, Doing, ProcessHeld, Said, WrittenCells } from './process-talk.js'
import { recordsOf } from './records-of.js'

const [folder = '', keyFile = '', server = '', seed = '1', looks = ''] = process.argv.slice(2)
const dice: Dice = diceOf(Number(seed), 0)
/** Patients of this run. */
const registered: string[] = []

// A pipe is written to before the call returns, so that nothing is told late.
const say = (said: Said): void => void process.stdout.write(`${JSON.stringify(said)}\n`)
const doing = (what: Doing): void => say({ say: 'doing', what })

tellOfCalls()
await holdFolder(folder, refuseRequests)
const clinic = await openClinic({
  folder,
  keyStore: keyFileStore({ file: keyFile, dataFolder: folder }),
  keyStoreKind: 'keyFile',
  log: createLog({ folder: `${folder}/logs`, level: 'warn' }),
  version: '0.0.0-test',
  server: { env: { REDIS_URL: server } },
})
const { store, sync, keys } = clinic
say({ say: 'open', site: store.site, problems: looks ? problems() : [], ...(looks && { held: held() }) })

let isWriting = false
for await (const line of createInterface({ input: process.stdin })) answer(JSON.parse(line)).catch(fail)
// Whoever started it is gone.
process.exit(0)

async function answer(asked: Asked): Promise<void> {
  const reply = (value: unknown) => say({ say: 'answer', to: asked.to, value })
  if (asked.ask === 'write') return reply(await write(asked))
  if (asked.ask === 'pause') isWriting = false
  // Asked again and again until everybody rests.
  else if (asked.ask === 'rest') return reply(await sync.run())
  else if (asked.ask === 'held') return reply(held())
  else if (asked.ask === 'problems') return reply(problems())
  else return reply({ residentBytes: process.memoryUsage.rss() })
  reply(null)
}

/** Transactions one after the other, each acknowledged when its save has returned. */
async function write({ manner, everyMs, count = Number.POSITIVE_INFINITY }: Extract<Asked, { ask: 'write' }>): Promise<number> {
  isWriting = true
  let done = 0
  for (; isWriting && done < count; done++) {
    const change = manner === 'edits' ? edit() : registration()
    if (change) await save(change)
    if (everyMs > 0) await pause(everyMs * 2 * dice())
  }
  return done
}

async function save(change: Change): Promise<void> {
  doing('save')
  let written: WrittenCells = []
  try {
    await store.write({ actor: {}, act: 'drill' }, (tx) => {
      change(tx)
      written = [...tx.written].map(([at, { cells }]) => [at, cells] as const)
      say({ say: 'writing', written })
    })
    say({ say: 'acknowledged', written })
  } catch (error) {
    if (!(error instanceof InvalidRecord)) throw error
  }
}

function edit(): Change | undefined {
  const change = nextChange({
    dice,
    erases: false,
    newName: (digits) => randomBytes(digits).toString('hex').slice(0, digits),
    versions: () => [...recordsOf(store).values()].filter(({ kind }) => kind === keptVersionKind),
    cells: (kind, id) => store.held(kind, id)?.cells,
  })
  return change === 'fails' ? undefined : change
}

/** A new patient, and every tenth time a telephone number for one of before as well. */
function registration(): Change {
  const id = newId()
  const before = dice() < 0.1 && registered.length > 0 ? pick(dice, registered) : undefined
  registered.push(id)
  return (tx: Transaction) => {
    const [familyName, phone] = [randomBytes(6).toString('hex'), randomBytes(4).toString('hex')]
    tx.create(patient, { recordNumber: `A${registered.length}`, familyName, givenName: 'Ada', sex: 'female', phone, email: `${phone}@example.org` }, id)
    if (before) tx.update(patient, before, { phone })
  }
}

function held(): ProcessHeld {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
  return {
    rows: [...recordsOf(store).values()].map(({ digest, ...row }) => ({ ...row, digest: hex(digest) })),
    buckets: [...store.bucketDigests()].map(([n, digest]) => [n, hex(digest)]),
    waiting: store.replication.backlog().waiting,
    cursor: store.replication.state().cursor?.id,
  }
}

/** What the product's own check finds wrong, and operations that the access log tells of twice. */
function problems(): string[] {
  const twice = store.db
    .prepare(
      `SELECT detail ->> '$.from.site' || '/' || (detail ->> '$.from.number') AS told FROM audit
       WHERE told IS NOT NULL GROUP BY told HAVING count(*) > 1`,
    )
    .pluck()
    .all()
  const found = verifyDatabase(store.db, digestKeyOf(keys.clinicKey)).problems
  return [...found.map(({ message }) => message), ...twice.map((operation) => `I4 ${operation} is told of twice`)]
}

/** Stands before the calls that a kill is meant to meet. */
function tellOfCalls(): void {
  const { push, snapshot } = RedisHub.prototype
  RedisHub.prototype.push = function (request) {
    doing('push')
    return push.call(this, request)
  }
  RedisHub.prototype.snapshot = function () {
    doing('reconcile')
    return snapshot.call(this)
  }
  const { receive } = Store.prototype
  Store.prototype.receive = function (received) {
    doing('receive')
    for (const { kind, id, cells } of received.records)
      for (const collapse of collapses(this.held(kind, id)?.cells ?? {}, cells)) say({ say: 'collapsed', at: keyOf({ kind, id }), ...collapse })
    return receive.call(this, received)
  }
}

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(1)
}
