import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type ClinicPlace, openParts } from '../../src/main/clinic.js'
import { silentLog } from '../../src/main/lib/log.js'
import { operationsOf, replayJournal, settleAfterReplay } from '../../src/main/maintenance/replay.js'
import { type Cells, isErased } from '../../src/main/records/cell.js'
import { openRedis, type RedisConnection } from '../../src/main/redis/connection.js'
import type { Hub, HubBoard } from '../../src/main/redis/hub.js'
import { clinicKeyNames } from '../../src/main/redis/keys.js'
import type { RedisSettings } from '../../src/main/redis/settings.js'
import { type ClinicKeys, newClinicKeys, sealingKeys } from '../../src/main/security/keys.js'
import { recordsOfPatient } from '../../src/main/store/erasure-reads.js'
import type { EmergencyJournal } from '../../src/main/store/journal.js'
import { digestKeyOf, type Store } from '../../src/main/store/store.js'
import type { Transaction } from '../../src/main/store/transaction.js'
import { verifyDatabase } from '../../src/main/store/verification.js'
import { Exchange } from '../../src/main/sync/exchange.js'
import { keyOf, RecordCodec } from '../../src/main/sync/record-codec.js'
import { StoreReplica } from '../../src/main/sync/store-replica.js'
import { systemTimers, type Timers } from '../../src/main/sync/timers.js'
import { patient } from '../../src/shared/entities/patient.js'
import { newId } from '../../src/shared/ids.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { collapses } from './collapses.js'
import type { DrillClinic } from './drill-clinic.js'
import { recordsOf } from './records-of.js'

/** Pauses are cut to a tenth, so that a drill spends its time on trouble and not on waiting. */
const hurriedTimers: Timers = { ...systemTimers, sleep: (ms, signal) => systemTimers.sleep(ms / 10, signal) }

/** The server as a workstation speaks with it. */
export type Line = Hub & HubBoard

/** A line of which some calls go another way. */
export const instead = (line: Line, calls: Partial<Line>): Line => new Proxy(line, { get: (target, name) => bound(name in calls ? calls : target, name) })

function bound(of: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(of, name)
  return typeof value === 'function' ? value.bind(of) : value
}

/** A copy of a folder, and the key that opens it. */
interface Backup {
  folder: string
  databaseKey: Buffer
}

/** A workstation of a drill: real folder, database, journal and connection. Each `open` is a run of the program, with a site of its own. */
export class DrillWorkstation {
  /** How far this computer's clock is off, in milliseconds. */
  skewMs = 0
  store!: Store
  replica!: StoreReplica
  exchange: Exchange | undefined
  readonly backups: Backup[] = []
  readonly #folder = join(temporaryFolder(), 'clinic')
  readonly #aside = temporaryFolder()
  readonly #keys: ClinicKeys
  readonly #workstationId = newId()
  #journal!: EmergencyJournal
  #closeParts: (() => Promise<void>) | undefined
  #connection: RedisConnection | undefined

  constructor(
    private readonly clinic: DrillClinic,
    readonly name: string,
  ) {
    const { dataset, generations } = clinic.keys
    this.#keys = newClinicKeys(dataset, { generations, removed: new Set(), introduction: undefined })
    onTestFinished(() => this.close())
  }

  async open(): Promise<void> {
    const place: ClinicPlace = {
      folder: this.#folder,
      keyStore: { read: async () => undefined, save: async () => undefined, remove: async () => undefined },
      keyStoreKind: 'keyFile',
      log: silentLog,
      version: '0.0.0-test',
      isOneShot: true,
      now: () => Date.now() + this.skewMs,
    }
    mkdirSync(this.#folder, { recursive: true })
    const { store, journal, close } = await openParts(place, this.#keys, { isNew: !existsSync(join(this.#folder, 'medinsight.db')) })
    this.store = store
    this.#journal = journal
    this.#closeParts = close
    const replica = new StoreReplica(store, async (read, input) => read.run(store.db, input))
    const receive = replica.receive
    replica.receive = (received) => this.#watched(() => receive(received), received.records)
    this.replica = replica
    store.subscribe(({ records }) => {
      for (const { kind, id } of records) if (isErased(store.held(kind, id)?.cells ?? {})) this.clinic.oracle.erased(keyOf({ kind, id }))
    })
  }

  /** Erases what is left here of erased patients, as the program does beside its work; false when nothing was. */
  async sweep(): Promise<boolean> {
    const { erased, db } = this.store
    if (!erased.isUnsettled) return false
    const unsettled = erased.unsettled()
    for (const { id } of unsettled.filter(({ kind }) => kind === patient.kind)) {
      const left = recordsOfPatient.run(db, { patientId: id })
      if (left.length > 0) await this.store.erase({ actor: {}, act: 'erasure.sweep', patientId: id }, left)
    }
    erased.settle(unsettled, new Date().toISOString())
    return true
  }

  /** Takes part in the exchange until `leave`. `through` can stand between it and the server; `schema` is that of the program, `leastSchema` what the clinic asks for. */
  connect({
    through = (line) => line,
    port = this.clinic.server.port,
    server = { topology: 'single', endpoints: [{ host: '127.0.0.1', port }], database: 0 },
    schema = 1,
    leastSchema = 0,
  }: Partial<{ through: (line: Line) => Line; port: number; server: RedisSettings; schema: number; leastSchema: number }> = {}): void {
    if (this.exchange) return
    const { feed, keys } = this.clinic
    // Always the shortest pause between attempts: what is drilled is what happens after them.
    const connection = openRedis(server, { dataset: keys.dataset, log: silentLog, feed, random: () => 0 })
    this.#connection = connection
    const exchange = new Exchange({
      link: { ...connection, hub: through(connection.hub) },
      replica: this.replica,
      codec: new RecordCodec(clinicKeyNames(keys.dataset), sealingKeys(keys)),
      dataset: keys.dataset,
      workstationId: this.#workstationId,
      schema,
      leastSchema: () => leastSchema,
      log: silentLog,
      timers: { ...hurriedTimers, now: () => Date.now() + this.skewMs },
      onChanged: () => undefined,
    })
    const stopRinging = this.store.subscribe(() => exchange.queued.ring())
    exchange.start()
    this.exchange = exchange
    this.#stopRinging = stopRinging
  }

  #stopRinging: () => void = () => undefined

  async leave(): Promise<void> {
    const [exchange, connection] = [this.exchange, this.#connection]
    this.exchange = undefined
    this.#connection = undefined
    this.#stopRinging()
    await exchange?.stop()
    await connection?.close()
  }

  async close(): Promise<void> {
    await this.leave()
    const close = this.#closeParts
    this.#closeParts = undefined
    await close?.()
  }

  /** Breaks this workstation's connections. */
  disconnect(): void {
    this.#connection?.reconnectNow()
  }

  /** Does what a person does: a transaction of its own, owed from the moment at which it is acknowledged. */
  async write(change: (tx: Transaction) => void): Promise<void> {
    const written = await this.#watched(() =>
      this.store.write({ actor: {}, act: 'drill' }, (tx) => {
        change(tx)
        return tx.written
      }),
    )
    for (const [at, { kind, id, cells }] of written) {
      this.clinic.oracle.wrote(at, cells, this.store.site)
      const held = this.store.held(kind, id)?.cells ?? {}
      if (isErased(held)) continue
      for (const [field, cell] of Object.entries(cells))
        if ((held[field]?.stamp ?? '') < cell.stamp) this.clinic.fail(`I7 ${this.name} does not read its own ${at}.${field}`)
    }
  }

  /** The program ends and begins anew. */
  async restart(): Promise<void> {
    const wasConnected = this.exchange !== undefined
    await this.close()
    await this.open()
    if (wasConnected) this.connect()
  }

  /** Copies the folder aside, as somebody might who knows no better than that a backup is a copy. */
  async backUp(): Promise<void> {
    const wasConnected = this.exchange !== undefined
    await this.close()
    const name = join(this.#aside, String(this.backups.length))
    cpSync(this.#folder, name, { recursive: true })
    this.backups.push({ folder: name, databaseKey: this.#keys.databaseKey })
    await this.open()
    if (wasConnected) this.connect()
  }

  /** The folder of an earlier day takes the place of today's; restoring asks for a comparison. The server's answers in flight are lost. */
  async restore(backup: Backup): Promise<void> {
    await this.#replaceFolder(backup)
    this.replica.setState({ reconcile: 'restored' })
  }

  /** The folder of another workstation is copied here, which nobody should do and the program cannot see. */
  async become(other: DrillWorkstation): Promise<void> {
    await other.backUp()
    const copy = other.backups.at(-1)
    if (copy) await this.#replaceFolder(copy)
    this.skewMs = other.skewMs
  }

  /** The database is lost: a copy or nothing takes its place, and then the journal is brought back as the product does it. */
  async loseDatabase(backup: Backup | undefined): Promise<void> {
    const wasConnected = this.exchange !== undefined
    await this.close()
    for (const ending of ['', '-wal', '-shm']) rmSync(join(this.#folder, `medinsight.db${ending}`), { force: true })
    if (backup) cpSync(join(backup.folder, 'medinsight.db'), join(this.#folder, 'medinsight.db'))
    await this.open()
    const source = { folder: join(this.#folder, 'journal'), databaseKey: this.#keys.databaseKey, upTo: this.#journal.mark }
    for await (const { records } of operationsOf(source, (problem) => this.clinic.fail(`${this.name} has a journal that is ${problem}`)))
      for (const { kind, id, cells } of records) this.#noteMeeting(kind, id, cells)
    await replayJournal(this.store, source)
    await settleAfterReplay(this.store, Date.now())
    this.replica.setState({ reconcile: 'recovery' })
    if (wasConnected) this.connect()
  }

  /** Everything that is held, with digests. */
  records = () => recordsOf(this.store)

  /** What the product's own check finds wrong, and operations that the access log tells of twice. */
  verify(): string[] {
    const { problems } = verifyDatabase(this.store.db, digestKeyOf(this.#keys.clinicKey))
    const twice = this.store.db
      .prepare(
        `SELECT detail ->> '$.from.site' || '/' || (detail ->> '$.from.number') AS told FROM audit
         WHERE told IS NOT NULL GROUP BY told HAVING count(*) > 1`,
      )
      .pluck()
      .all()
    return [...problems.map(({ message }) => `${this.name}: ${message}`), ...twice.map((operation) => `I4 ${this.name} tells of ${operation} twice`)]
  }

  async #replaceFolder({ folder, databaseKey }: Backup): Promise<void> {
    const wasConnected = this.exchange !== undefined
    await this.close()
    rmSync(this.#folder, { recursive: true, force: true })
    cpSync(folder, this.#folder, { recursive: true })
    this.#keys.databaseKey = databaseKey
    // The copies of before belong to another key.
    this.backups.splice(0, this.backups.length, ...this.backups.filter((one) => one.databaseKey === databaseKey))
    await this.open()
    if (wasConnected) this.connect()
  }

  /** Runs something that changes records, and sees that no field's stamp goes down. */
  async #watched<T>(run: () => Promise<T>, incoming: readonly { kind: string; id: string; cells: Cells }[] = []): Promise<T> {
    for (const { kind, id, cells } of incoming) this.#noteMeeting(kind, id, cells)
    const before = incoming.map(({ kind, id }) => ({ kind, id, cells: this.store.held(kind, id)?.cells ?? {} }))
    // The transaction has ended when this returns; only what is on disk is still waited for.
    const running = run()
    for (const { kind, id, cells } of before) {
      const after = this.store.held(kind, id)?.cells ?? {}
      for (const [field, cell] of Object.entries(cells))
        if (!isErased(after) && (after[field]?.stamp ?? '') < cell.stamp)
          this.clinic.fail(`I5 ${this.name} ${keyOf({ kind, id })}.${field} goes back from ${cell.stamp} to ${after[field]?.stamp}`)
    }
    return running
  }

  /** Of two concurrent cells with the same value one will stand for both. */
  #noteMeeting(kind: string, id: string, incoming: Cells): void {
    const held = this.store.held(kind, id)?.cells ?? {}
    for (const { field, standing, gone } of collapses(held, incoming)) this.clinic.oracle.collapsed(keyOf({ kind, id }), field, standing, gone)
  }
}
