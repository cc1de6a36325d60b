export { CacheTimes } from './cache-times.js'
export { monitorHandlers } from './handlers.js'
export { Monitor } from './monitor.js'
export { ThresholdSettings } from './thresholds.js'
