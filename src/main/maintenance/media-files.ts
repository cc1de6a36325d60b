import { join } from 'node:path'
import { media } from '../../shared/entities/media.js'
import type { ReadableDatabase } from '../store/database.js'
import { SealedFiles } from '../store/files.js'

/** Opens every sealed file that a record names and compares it with the record's hash. Reads only. */
export async function checkMediaFiles(
  db: ReadableDatabase,
  folder: string,
  clinicKey: Uint8Array,
): Promise<{ checked: number; missing: number; damaged: number }> {
  const files = new SealedFiles(join(folder, 'files'), clinicKey)
  const hashes = db.prepare(`SELECT DISTINCT json_extract(data, '$.contentHash') FROM ${media.table} WHERE deleted = 0`).pluck().all() as string[]
  const result = { checked: hashes.length, missing: 0, damaged: 0 }
  for (const hash of hashes) {
    const state = await files.check(hash)
    if (state !== 'whole') result[state]++
  }
  return result
}
