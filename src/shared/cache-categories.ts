/** Everything that is kept in the cache, by category; what holds for each stands in `main/cache/categories.ts`. */
export const cacheCategories = [
  'symptomInput',
  'aiSummary',
  'aiResponse',
  'drugAnalysis',
  'drugInfo',
  'medicationInteractions',
  'healthAnalysis',
  'ocr',
  'dashboard',
  'patientList',
  'search',
  'staff',
  'schedule',
  'static',
  'query',
  'prescription',
  'user',
  'video',
  'trust',
  'other',
] as const
export type CacheCategory = (typeof cacheCategories)[number]
