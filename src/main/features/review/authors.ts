import { millisOf, type Stamp } from '../../records/stamp.js'
import { type ReadableDatabase, statement } from '../../store/database.js'

/** Who wrote a value and where, as far as this workstation was told. */
export interface Written {
  stamp: Stamp
  at: string
  by?: string
  workstation?: string
  isHere: boolean
}

/** The field of a record whose value was written. */
export interface Place {
  kind: string
  id: string
  patientId: string | undefined
}

interface Act {
  at: number
  userId: string | null
  /** The run of a workstation that did it; undefined for this workstation's own of which the queue knows no more. */
  site: string | undefined
  isOwn: boolean
  changed: Record<string, string[]>
  /** Records that it wrote, where the queue still knows. */
  records: readonly string[]
}

/** Acts of the access log that are looked through for one record. */
const searchedActs = 2000
/** An act whose time is further from the value's than this is not taken for its author when others changed the field too. */
const nearMs = 10 * 60_000
/** A record that arrived is its creator's when the same run did something for the patient within this time. */
const sameMomentMs = 2000

/** The run of a workstation that wrote a value: the end of its stamp. */
const siteOf = (stamp: Stamp): string => stamp.slice(16)

interface AuditRow {
  at: string
  user_id: string | null
  operation: number | null
  detail: string | null
  records: string | null
  site: string | null
}

function actsOf(db: ReadableDatabase, patientId: string | undefined): Act[] {
  const rows = statement<AuditRow>(
    db,
    `SELECT a.at, a.user_id, a.operation, a.detail, o.records, o.site FROM audit a LEFT JOIN operation o ON o.seq = a.operation
     WHERE a.patient_id IS ? AND (a.operation IS NOT NULL OR json_extract(a.detail, '$.from') IS NOT NULL) ORDER BY a.seq DESC LIMIT ${searchedActs}`,
  ).all(patientId ?? null)
  return rows.map(({ at, user_id, operation, detail, records, site }) => {
    const { from, changed = {} } = JSON.parse(detail ?? '{}') as { from?: { site: string }; changed?: Record<string, string[]> }
    const keys = records ? (JSON.parse(records) as string[]) : []
    return { at: Date.parse(at), userId: user_id, site: from?.site ?? site ?? undefined, isOwn: operation !== null, changed, records: keys }
  })
}

/** Whose run of the program a site is, as far as this workstation was told. */
function sites(db: ReadableDatabase): (site: string) => { id: string | undefined; isHere: boolean } {
  const own = statement<{ value: string }>(db, "SELECT value FROM meta WHERE key = 'workstationId'").get()?.value
  return (site) => {
    const id = statement<{ id: string }>(db, 'SELECT workstation_id AS id FROM site WHERE site = ?').get(site)?.id
    const isHere = id === undefined ? statement(db, 'SELECT 1 FROM operation WHERE site = ? LIMIT 1').get(site) !== undefined : id === own
    return { id, isHere }
  }
}

/** Tells whose account wrote values; undefined where that is not certain. What it learns of a patient's acts is read once. */
export function authorIds(db: ReadableDatabase): (place: Place, field: string, stamp: Stamp) => string | undefined {
  const acts = new Map<string | undefined, Act[]>()
  const whose = sites(db)
  return (place, field, stamp) => {
    if (!acts.has(place.patientId)) acts.set(place.patientId, actsOf(db, place.patientId))
    const site = siteOf(stamp)
    return authorAmong(acts.get(place.patientId) ?? [], `${place.kind}/${place.id}`, field, stamp, { site, isHere: whose(site).isHere })
  }
}

/** Tells who wrote values, and where; what it learns of a patient's acts is read once. */
export function authors(db: ReadableDatabase): (place: Place, field: string, stamp: Stamp) => Written {
  const ownName = statement<{ value: string }>(db, "SELECT value FROM meta WHERE key = 'workstationName'").get()?.value
  const whose = sites(db)
  const authorId = authorIds(db)
  const userName = (id: string): string | undefined =>
    statement<{ name: string | null }>(db, "SELECT json_extract(data, '$.displayName') AS name FROM user WHERE id = ?").get(id)?.name ?? undefined
  return (place, field, stamp) => {
    const { id, isHere } = whose(siteOf(stamp))
    const name = id && statement<{ name: string | null }>(db, "SELECT json_extract(data, '$.name') AS name FROM workstation WHERE id = ?").get(id)?.name
    const workstation = name ?? (isHere ? ownName : undefined)
    const userId = authorId(place, field, stamp)
    const by = userId ? userName(userId) : undefined
    return { stamp, at: new Date(millisOf(stamp)).toISOString(), ...(by && { by }), ...(workstation && { workstation }), isHere }
  }
}

/** Who of those that changed the field wrote the value with this stamp; undefined when that is not certain. */
function authorAmong(acts: readonly Act[], key: string, field: string, stamp: Stamp, { site, isHere }: { site: string; isHere: boolean }): string | undefined {
  const millis = millisOf(stamp)
  const distance = (act: Act): number => Math.abs(act.at - millis)
  const ofRun = acts.filter((act) => (act.site === undefined ? isHere && act.isOwn : act.site === site))
  const changing = ofRun.filter(({ changed }) => changed[key]?.includes(field))
  const creating = ofRun.filter((act) => act.changed[key] === undefined && (act.records.includes(key) || (!act.isOwn && distance(act) <= sameMomentMs)))
  const candidates = [...changing, ...creating].sort((a, b) => distance(a) - distance(b))
  const nearest = candidates[0]
  if (!nearest) return undefined
  // A clock that is wrong moves all acts of a run alike; with one author there is nothing to confuse.
  const isCertain = distance(nearest) <= nearMs || new Set(candidates.map(({ userId }) => userId)).size === 1
  return isCertain ? (nearest.userId ?? undefined) : undefined
}
