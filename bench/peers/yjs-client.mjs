// @ts-check
import { WebSocket } from 'ws'
import { LeveldbPersistence } from 'y-leveldb'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { serve, until } from './serve.mjs'

// A workstation on Yjs: one document in memory with a map of maps, every update kept in LevelDB.

const doc = new Y.Doc()
const records = doc.getMap('records')
/** @type {LeveldbPersistence} */
let kept

/** @param {number} port */
const connect = (port) =>
  new WebsocketProvider(`ws://127.0.0.1:${port}`, 'records', doc, { WebSocketPolyfill: /** @type {any} */ (WebSocket), disableBc: true })
const written = () => kept.getStateVector('records')

serve({
  open: (/** @type {{ folder: string }} */ { folder }) => {
    kept = new LeveldbPersistence(folder)
    doc.on('update', (update) => void kept.storeUpdate('records', update))
  },
  make: async (/** @type {{ documents: ({ id: string } & Record<string, unknown>)[] }} */ { documents }) => {
    for (const { id, ...fields } of documents) doc.transact(() => records.set(id, new Y.Map(Object.entries(fields))))
    await written()
  },
  /** Only begins: what has arrived, the server tells. */
  send: (/** @type {{ port: number }} */ { port }) => void connect(port),
  receive: async (/** @type {{ port: number, count: number }} */ { port, count }) => {
    connect(port)
    await until(() => records.size === count)
    await written()
  },
  count: () => records.size,
})
