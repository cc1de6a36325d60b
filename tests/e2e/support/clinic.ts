import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testData } from '../../support/test-data.js'
import { test as base, expect, expectAccessible, signIn } from './test.js'
import { admin, runCommand, type Workstation } from './workstation.js'

/** A patient of the imported records with allergies, medicines, claims and some five hundred records. */
export const patient = { search: "O'Keefe", name: "O'Keefe, Felipa" }

interface Records {
  /** A clinic's folder with the imported records, made once for each worker process. */
  importedClinic: string
}

/** A test whose clinic holds the 49 imported patients: made and imported once, then copied for each test. */
export const test = base.extend<object, Records>({
  importedClinic: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from this pattern
    async ({}, use) => {
      const parent = mkdtempSync(join(tmpdir(), 'medinsight-e2e-imported-'))
      const folder = join(parent, 'clinic')
      const details = ['--clinic', 'Riverside Dental', '--timezone', 'Europe/Madrid', '--currency', 'USD', '--country', 'ES']
      await runCommand(folder, ['init', '--data', folder, '--admin', admin.username, '--password-stdin', ...details], `${admin.password}\n`)
      await runCommand(folder, ['import', 'fhir', testData('fhir/synthea-r4'), '--data', folder])
      await use(folder)
      rmSync(parent, { recursive: true, force: true })
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  clinic: 'none',
  prepare: async ({ importedClinic }, use) => {
    await use(async (folder) => {
      mkdirSync(folder, { recursive: true })
      cpSync(importedClinic, folder, { recursive: true })
      // The key belongs to the workstation, not to the folder: it is copied beside it.
      const key = join(importedClinic, '..', 'key')
      if (existsSync(key)) cpSync(key, join(folder, '..', 'key'))
    })
  },
})

/** Signed-in calls of the REST interface, for what a test needs to be there before it begins. */
export async function restApi({ url }: Workstation): Promise<(method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>> {
  const call = async (token: string | undefined, method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const answer = (await response.json()) as Record<string, unknown>
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${JSON.stringify(answer)}`)
    return answer
  }
  const { token } = await call(undefined, 'POST', '/session', admin)
  return (method, path, body) => call(String(token), method, path, body)
}

export { expect, expectAccessible, signIn }
