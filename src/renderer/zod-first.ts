import { config } from 'zod/v4/core'

// Imported before everything else: zod otherwise tries `new Function` at its first parse, which the content security policy refuses and reports.
config({ jitless: true })
