import type { CacheCategory } from '../../shared/cache-categories.js'
import type { CacheableKind } from './cacheable.js'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** Where values are kept, fastest first: this process, this workstation's cache file, the clinic's server (always sealed). */
export type Layer = 'memory' | 'database' | 'redis'

/** What holds for the values of a category. */
export interface Category {
  /** How long a value is given out without another look, in milliseconds; 10 % more or less for each value, so that they do not all end at once. */
  ttlMs: number
  /** Greatest age at which a value is still shown, marked as stale, while a new one is on its way. The same as the TTL: never stale. */
  greatestAgeMs: number
  layers: readonly Layer[]
  /**
   * Record kinds that its values are computed from: with any change of one, here or received, no value from before is given out again. `everything`: all records.
   * None: the values belong to their content alone, which their identifier names.
   */
  dependsOn: readonly CacheableKind[] | 'everything'
  /** Its answers are about the clinic's current day, and others on the next one; of visits they hang on that day's alone. */
  isOfDay?: true
}

const ttl = (ttlMs: number, greatestAgeMs = ttlMs) => ({ ttlMs, greatestAgeMs })
const memory = ['memory'] as const satisfies readonly Layer[]
const local = ['memory', 'database'] as const satisfies readonly Layer[]
const shared = ['memory', 'redis'] as const satisfies readonly Layer[]
const everywhere = ['memory', 'database', 'redis'] as const satisfies readonly Layer[]

/** THE list of what is cached, for how long, where, and what makes it invalid. Times are those of the requirements; an administrator may set others. */
export const categories: Readonly<Record<CacheCategory, Category>> = {
  // Named by their content: model, prompt, schema version and input are in the identifier.
  aiSummary: { ...ttl(2 * hour), layers: everywhere, dependsOn: [] },
  aiResponse: { ...ttl(30 * minute), layers: everywhere, dependsOn: [] },
  healthAnalysis: { ...ttl(hour), layers: everywhere, dependsOn: [] },
  drugAnalysis: { ...ttl(day), layers: everywhere, dependsOn: [] },
  // Kept with its date and looked at again after a day: an old leaflet, shown as old, is better than none.
  drugInfo: { ...ttl(day, 5 * 365 * day), layers: everywhere, dependsOn: [] },
  medicationInteractions: { ...ttl(day), layers: everywhere, dependsOn: [] },
  ocr: { ...ttl(2 * hour), layers: everywhere, dependsOn: [] },
  // Of one session at one workstation, followed by another one.
  symptomInput: { ...ttl(30 * minute), layers: shared, dependsOn: [] },
  // Computed from this workstation's records; another one computes them faster than it would ask for them.
  dashboard: { ...ttl(5 * minute), layers: local, dependsOn: ['appointment', 'patient', 'practitioner', 'clinic'], isOfDay: true },
  patientList: { ...ttl(10 * minute), layers: local, dependsOn: ['patient'] },
  search: { ...ttl(15 * minute), layers: memory, dependsOn: ['patient'] },
  staff: { ...ttl(30 * minute), layers: memory, dependsOn: ['practitioner', 'chair'] },
  schedule: { ...ttl(5 * minute), layers: memory, dependsOn: ['appointment', 'closedTime', 'practitioner', 'chair', 'clinic'] },
  static: { ...ttl(hour), layers: memory, dependsOn: ['clinic'] },
  user: { ...ttl(hour), layers: memory, dependsOn: ['user'] },
  video: { ...ttl(30 * minute), layers: memory, dependsOn: ['media'] },
  trust: { ...ttl(hour), layers: local, dependsOn: ['practitioner', 'media'] },
  // Long reports: whatever they read, they hold only while nothing at all has changed.
  query: { ...ttl(5 * minute), layers: everywhere, dependsOn: 'everything' },
  // Past ones only: a running one is never cached.
  prescription: { ...ttl(2 * hour), layers: local, dependsOn: 'everything' },
  other: { ...ttl(hour), layers: shared, dependsOn: 'everything' },
}

/** A category as keys name it, e.g. `health_analysis`. */
export const segmentOf = (category: CacheCategory): string => segments[category]

const named: Partial<Record<CacheCategory, string>> = { symptomInput: 'symptom' }
const segments = Object.fromEntries(
  (Object.keys(categories) as CacheCategory[]).map((name) => [name, named[name] ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)]),
) as Record<CacheCategory, string>

/** The category that keys name so; undefined when there is none. */
export const categoryOf = (segment: string): CacheCategory | undefined =>
  (Object.keys(segments) as CacheCategory[]).find((category) => segments[category] === segment || category === segment)
