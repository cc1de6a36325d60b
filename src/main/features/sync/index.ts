export { syncHandlers } from './handlers.js'
export { queueRoutes } from './routes.js'
