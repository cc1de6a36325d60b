/** Parts about sessions and limits that other screens show; a feature takes them from here, because it imports no other feature. */
export { LimitsBlock } from '../features/session/limits-block.js'
export { OwnSessions } from '../features/session/own-sessions.js'
export { SessionsBlock } from '../features/session/sessions-block.js'
