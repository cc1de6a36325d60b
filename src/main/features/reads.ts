// Every read that workers run: loading a module declares its reads.
import './appointments/queries.js'
import './patients/queries.js'
