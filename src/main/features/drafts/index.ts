export { draftHandlers } from './handlers.js'
export { listDrafts } from './queries.js'
