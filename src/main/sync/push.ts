import type { PushAnswer, PushedRecord, RecordName } from '../redis/hub.js'
import { mendDamaged, openAll } from './incoming.js'
import { keyOf } from './record-codec.js'
import { SessionEnded, type SessionParts } from './session-parts.js'

/** What a push covers: operations of a site, or none when reconciling. */
export interface PushRange {
  site: string
  from: number
  to: number
  summary: Uint8Array
}

/** What came of a push: written, or everything has to be compared first. */
export type Pushed = Extract<PushAnswer, { status: 'ok' }> | { status: 'epoch' } | { status: 'gap' }

/** A push made ready: the records as they were at a place of the order of changes. */
export interface PreparedPush {
  range: PushRange
  names: readonly Pick<RecordName, 'kind' | 'id'>[]
  records: readonly PushedRecord[]
  seq: number
}

/** Makes ready what a push sends. @throws HubProblem `record` when one of the records is too large to be sent */
export function preparePush(parts: SessionParts, range: PushRange, names: PreparedPush['names']): PreparedPush {
  return { range, names, records: preparedRecords(parts, names), seq: parts.replica.lastSeq() }
}

/**
 * Sends records as they are now, with all kept versions of them that still wait. As long as the server holds states that are not merged here it
 * writes nothing and gives them; they are merged and the records sent again. That is no error, whatever its number. `meanwhile` is done while the
 * server has the first try.
 */
export async function pushRecords(parts: SessionParts, epoch: string, prepared: PreparedPush, meanwhile: () => void = () => undefined): Promise<Pushed> {
  const { hub, replica, codec, known, on } = parts
  const { range, names } = prepared
  for (let attempt = 0; ; attempt++) {
    const records = attempt === 0 && prepared.seq === replica.lastSeq() ? prepared.records : preparedRecords(parts, names, prepared.records)
    const answered = hub.push({ epoch, generation: codec.generation, schema: parts.schema, ...range, records })
    // Its failure is told below, also when what is done meanwhile fails first.
    answered.catch(() => undefined)
    if (attempt === 0) meanwhile()
    const answer: PushAnswer = await answered
    on.moved()
    if (answer.status === 'key' || answer.status === 'schema') throw new SessionEnded(answer.status)
    if (answer.status === 'epoch' || answer.status === 'gap') return { status: answer.status }
    if (answer.status === 'ok') {
      for (const record of records) known.set(keyOf(record), record)
      return answer
    }
    const { records: opened, damaged } = openAll(codec, answer.records)
    if (opened.length > 0) await replica.receive({ records: opened })
    for (const record of answer.records) known.set(keyOf(record), record)
    await mendDamaged(parts, epoch, damaged)
  }
}

/** The records and their waiting kept versions, sealed; without those that are not here. What was made ready `before` and is still so is not sealed again. */
function preparedRecords(
  { replica, codec, known }: SessionParts,
  names: readonly Pick<RecordName, 'kind' | 'id'>[],
  before: readonly PushedRecord[] = [],
): PushedRecord[] {
  const ready = new Map(before.map((record) => [keyOf(record), record]))
  const all = new Map(names.map((name) => [keyOf(name), name]))
  for (const name of names) for (const version of replica.waitingVersions(name)) all.set(keyOf(version), version)
  const records: PushedRecord[] = []
  for (const [key, name] of all) {
    const held = known.get(key)?.state
    const same = ready.get(key)
    if (same && replica.holds(same)) {
      records.push({ ...same, held })
      continue
    }
    const record = replica.record(name)
    if (!record) continue
    const { kind, id, owner, digest, lists } = record
    records.push({ kind, id, owner, digest, lists, held, sealed: codec.seal({ kind, id, owner, digest }, record.cells) })
  }
  return records
}
