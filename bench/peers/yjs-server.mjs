// @ts-check
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'
import { serve, until } from './serve.mjs'

// The WebSocket server of Yjs, which keeps what it gets in LevelDB.

serve({
  start: async (/** @type {{ folder: string }} */ { folder }) => {
    process.env.YPERSISTENCE = folder
    const { setupWSConnection } = await import('y-websocket/bin/utils')
    const server = createServer()
    new WebSocketServer({ server }).on('connection', setupWSConnection)
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
    const address = server.address()
    return typeof address === 'object' && address ? address.port : 0
  },
  /** Resolves when so many records are here and written. */
  holds: async (/** @type {{ count: number }} */ { count }) => {
    const { docs, getPersistence } = await import('y-websocket/bin/utils')
    await until(() => docs.get('records')?.getMap('records').size === count)
    await getPersistence().provider.getStateVector('records')
  },
})
