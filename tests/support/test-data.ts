import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

const folder = resolve(process.env.MEDINSIGHT_TEST_DATA ?? '../shared/data')

/** Whether the outside test data is there. In CI its absence is a failure; elsewhere a printed reason to skip. */
export const hasTestData = existsSync(folder)
if (!hasTestData) {
  const message = `Outside test data not found at ${folder}; set MEDINSIGHT_TEST_DATA to the folder that holds it.`
  if (process.env.CI) throw new Error(message)
  process.stderr.write(`Skipping: ${message}\n`)
}

/** Absolute path of a file or folder of the outside test data, e.g. `fhir/synthea-r4`. */
export const testData = (path: string): string => resolve(folder, path)
