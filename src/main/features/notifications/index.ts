export { notificationHandlers } from './handlers.js'
export { notificationEvents } from './inbox.js'
export { NotificationWatch } from './watch.js'
