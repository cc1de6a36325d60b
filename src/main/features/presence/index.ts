export { presenceHandlers } from './handlers.js'
export { presenceFor } from './view.js'
