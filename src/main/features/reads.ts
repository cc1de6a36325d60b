// Every read that workers run: loading a module declares its reads.
import './appointments/queries.js'
import './chart/queries.js'
import './dashboard/queries.js'
import './media/queries.js'
import './patients/queries.js'
import './storage/queries.js'
import './symptoms/queries.js'
import './sync/queries.js'
