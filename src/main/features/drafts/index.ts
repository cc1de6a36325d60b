export { draftHandlers } from './handlers.js'
