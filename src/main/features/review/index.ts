export { reviewHandlers } from './handlers.js'
export { ReviewWatch } from './review-watch.js'
