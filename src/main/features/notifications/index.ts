export { notificationHandlers } from './handlers.js'
export { notificationEvents } from './inbox.js'
export { isSystemOn } from './queries.js'
export { NotificationWatch } from './watch.js'
