import type { Sample } from '../../../shared/contract/monitor-acts.js'
import { ServerFacts } from '../../../shared/contract/monitor-blocks.js'
import { type ReadableDatabase, statement, type WritableDatabase } from '../../store/database.js'
import { defineRead } from '../../store/read.js'

/** How long samples are kept. */
const keptMs = 24 * 3_600_000

/** Keeps the sample of a minute and what the server tells of itself, and takes out what is older than a day. */
export function keepSample(db: WritableDatabase, sample: Sample, server: ServerFacts | undefined): void {
  db.transaction(() => {
    statement(db, 'INSERT OR REPLACE INTO monitor_sample (at, facts) VALUES (?, ?)').run(sample.at, JSON.stringify(sample))
    statement(db, 'DELETE FROM monitor_sample WHERE at < ? OR at > ?').run(new Date(Date.parse(sample.at) - keptMs).toISOString(), sample.at)
    if (server) statement(db, 'INSERT OR REPLACE INTO monitor_server (one, facts) VALUES (1, ?)').run(JSON.stringify(server))
  })()
}

/** What the server told before this start; undefined where nothing is known, or another version of the program wrote it otherwise. */
export function serverBefore(db: ReadableDatabase): ServerFacts | undefined {
  const text = statement<{ facts: string }>(db, 'SELECT facts FROM monitor_server').get()?.facts
  return text === undefined ? undefined : ServerFacts.safeParse(JSON.parse(text)).data
}

/** The samples of the last day after an instant, oldest first. */
export const keptSamples = defineRead('monitor.samples', (db, { after }: { after: string }): Sample[] =>
  statement<{ facts: string }>(db, 'SELECT facts FROM monitor_sample WHERE at > ? ORDER BY at')
    .all(after)
    .map(({ facts }) => JSON.parse(facts) as Sample),
)
