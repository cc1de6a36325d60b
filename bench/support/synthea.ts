import { createSecretKey } from 'node:crypto'
import type { Draft } from '../../src/main/features/exchange/fhir/draft.js'
import { readFhir } from '../../src/main/features/exchange/fhir/read.js'
import { derivedId } from '../../src/main/records/derived-id.js'
import { testData } from '../../tests/support/test-data.js'
import type { seeded } from '../search/people.js'

const uuid = /([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/

/** The Synthea bundles as the import reads them: records of the whole clinic, and one chart per patient. */
export interface Synthea {
  shared: Draft[]
  charts: Chart[]
}

/** One patient's records; `pieces` are their texts cut at the ids that belong to this chart, which stand at the odd places. */
export interface Chart {
  patientId: string
  records: { pieces: string[]; isPatient: boolean }[]
}

const clinicKinds = new Set(['practitioner', 'organization'])

/** Reads the bundles once, through the product's own reader. */
export async function readSynthea(): Promise<Synthea> {
  const key = createSecretKey(Buffer.alloc(32, 7))
  const items = readFhir(testData('fhir/synthea-r4'), { idFor: (name) => derivedId(key, 'fhir', name), exists: () => false })
  const files = new Map<string, Draft[]>()
  for await (const item of items) {
    if (item.type !== 'record') continue
    const drafts = files.get(item.place.file) ?? []
    files.set(item.place.file, drafts)
    drafts.push(item)
  }
  const shared = new Map<string, Draft>()
  const charts: Chart[] = []
  for (const drafts of files.values()) {
    const patient = drafts.find(({ kind }) => kind === 'patient')
    for (const draft of drafts) if (!patient || clinicKinds.has(draft.kind)) shared.set(draft.id, draft)
    if (patient)
      charts.push(
        chartOf(
          patient.id,
          drafts.filter(({ kind }) => !clinicKinds.has(kind)),
        ),
      )
  }
  return { shared: [...shared.values()], charts }
}

function chartOf(patientId: string, drafts: readonly Draft[]): Chart {
  const own = new Set(drafts.flatMap(({ id, label }) => [id, label.slice(label.indexOf('/') + 1)]))
  return { patientId, records: drafts.map((draft) => ({ pieces: cut(JSON.stringify(draft), own), isPatient: draft.kind === 'patient' })) }
}

/** Cuts a text at the ids of a set; the other ids stay within the pieces. */
function cut(text: string, ids: ReadonlySet<string>): string[] {
  const pieces: string[] = ['']
  for (const [at, part] of text.split(uuid).entries()) {
    if (at % 2 === 1 && ids.has(part)) pieces.push(part, '')
    else pieces[pieces.length - 1] += part
  }
  return pieces
}

/** Gives every id of one copy another value that is the same wherever the id stands. */
export function renaming(random: ReturnType<typeof seeded>): (id: string) => string {
  const [first = 0, second = 0, third = 0] = [0x1_0000_0000, 0x100_0000, 0x100_0000].map((limit) => Math.floor(random() * limit))
  const hex = (value: number, width: number) => (value >>> 0).toString(16).padStart(width, '0')
  return (id) =>
    hex(Number.parseInt(id.slice(0, 8), 16) ^ first, 8) +
    id.slice(8, 24) +
    hex(Number.parseInt(id.slice(24, 30), 16) ^ second, 6) +
    hex(Number.parseInt(id.slice(30), 16) ^ third, 6)
}

/** A record of a chart under new ids. */
export function renamed(pieces: readonly string[], rename: (id: string) => string): Draft {
  return JSON.parse(pieces.map((piece, at) => (at % 2 === 1 ? rename(piece) : piece)).join('')) as Draft
}
