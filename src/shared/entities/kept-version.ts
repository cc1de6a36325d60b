import { z } from 'zod'
import { entity } from './entity.js'

/** A value that lost to a concurrent one. */
export const keptVersion = entity({
  kind: 'keptVersion',
  fields: {
    /** The losing cell and where it stood (`KeptVersion` in main/records/merge.ts): made from that cell alone, so every workstation makes the same record. */
    version: z.strictObject({
      kind: z.string().max(60),
      id: z.uuid(),
      field: z.string().max(60),
      stamp: z.string().length(32),
      ancestors: z.array(z.string().length(32)).max(64),
      value: z.unknown(),
    }),
  },
  sensitivity: 'secret',
})
