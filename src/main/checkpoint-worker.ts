import { workerData } from 'node:worker_threads'
import type { CheckpointData } from './store/checkpoints.js'
import { logFrames, openDatabase } from './store/database.js'

// Entry of the thread that writes the database's log back beside the commits that fill it.
const everyMs = 250
const { file, key } = workerData as CheckpointData
const db = openDatabase(file, key, {})
db.pragma('cache_size=-1000')

/** Frames that are in the log and not yet in the database. NOOP only looks. */
const framesLeft = (): number => {
  const [state] = db.pragma('wal_checkpoint(NOOP)') as { log: number; checkpointed: number }[]
  return state ? state.log - state.checkpointed : 0
}

setInterval(() => {
  if (framesLeft() >= logFrames) db.pragma('wal_checkpoint(PASSIVE)')
}, everyMs)
