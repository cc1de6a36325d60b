export { staffHandlers } from './handlers.js'
export { listBookable, listChairs } from './queries.js'
