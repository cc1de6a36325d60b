import { z } from 'zod'
import { InstantText } from '../time.js'

/** Where an answer came from and how old it is. `stale`: past its time, while a newer one is on its way. */
export const Freshness = z.strictObject({
  source: z.enum(['load', 'memory', 'database', 'redis']),
  asOf: InstantText,
  ageMs: z.int().min(0),
  stale: z.boolean(),
})
export type Freshness = z.infer<typeof Freshness>

/** The answer of a procedure with a cache category: the router adds where it came from. */
export const withFreshness = <Shape extends z.ZodRawShape>(answer: z.ZodObject<Shape, z.core.$strict>) => answer.extend({ freshness: Freshness.optional() })
