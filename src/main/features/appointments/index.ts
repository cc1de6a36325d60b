export { acceptClash, findClashes, inOrder, isDecided } from './clashes.js'
export { findAppointment } from './queries.js'
export { conflictsNow } from './scheduling.js'
