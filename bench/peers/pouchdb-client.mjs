// @ts-check
import { join } from 'node:path'
import PouchDB from 'pouchdb'
import { serve } from './serve.mjs'

// A workstation on PouchDB with LevelDB. Batches of 1,000 documents in place of the usual 100, which are meant for slow lines.

/** @type {PouchDB.Database} */
let db
const options = { batch_size: 1000, batches_limit: 10 }

serve({
  open: (/** @type {{ folder: string }} */ { folder }) => void (db = new PouchDB(join(folder, 'records'))),
  make: async (/** @type {{ documents: ({ id: string } & Record<string, unknown>)[] }} */ { documents }) => {
    for (let at = 0; at < documents.length; at += 50) await db.bulkDocs(documents.slice(at, at + 50).map(({ id, ...fields }) => ({ _id: id, ...fields })))
  },
  send: async (/** @type {{ port: number }} */ { port }) => void (await db.replicate.to(`http://127.0.0.1:${port}/records`, options)),
  receive: async (/** @type {{ port: number }} */ { port }) => void (await db.replicate.from(`http://127.0.0.1:${port}/records`, options)),
  count: async () => (await db.info()).doc_count,
})
