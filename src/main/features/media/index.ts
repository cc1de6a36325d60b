export { mediaHandlers } from './handlers.js'
export { mediaRoutes } from './routes.js'
