export { exchangeHandlers } from './handlers.js'
export { uploadRoutes } from './uploads.js'
