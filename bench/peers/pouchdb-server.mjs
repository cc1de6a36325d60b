// @ts-check
import { join } from 'node:path'
import express from 'express'
import expressPouchDb from 'express-pouchdb'
import PouchDB from 'pouchdb'
import { serve } from './serve.mjs'

// An Express PouchDB server on LevelDB, with nothing but what replication needs.

serve({
  start: (/** @type {{ folder: string }} */ { folder }) => {
    const app = express()
    const here = PouchDB.defaults({ prefix: `${folder}/` })
    app.use('/', expressPouchDb(here, { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: join(folder, 'log.txt') }))
    return new Promise((resolve) => {
      const server = app.listen(0, '127.0.0.1', () => {
        const address = server.address()
        resolve(typeof address === 'object' && address ? address.port : 0)
      })
    })
  },
})
