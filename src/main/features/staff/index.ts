export { staffHandlers } from './handlers.js'
export { listBookable, listChairs, otherAdministrators } from './queries.js'
