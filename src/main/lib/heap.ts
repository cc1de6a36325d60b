import { setFlagsFromString } from 'node:v8'

/**
 * Keeps the part of the heap in which new things lie at the few megabytes with which it begins. Left to itself it grows to 67 MB under load; emptying it then
 * holds the main loop for 20 ms and more at a time, and 100 to 180 MB of memory more are in use (docs/performance.md). To be called before anything else.
 */
export function keepYoungHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}
