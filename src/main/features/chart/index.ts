export { lineOf } from './items.js'
export { fieldsIn } from './record.js'
