export { reviewHandlers } from './handlers.js'
export { QuestionCounts } from './question-counts.js'
export { ReviewWatch } from './review-watch.js'
