export { DuplicateWatch } from './duplicate-watch.js'
export { reviewHandlers } from './handlers.js'
