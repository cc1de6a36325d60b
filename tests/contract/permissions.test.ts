import { ORPCError } from '@orpc/contract'
import { createRouterClient, type Router, traverseContractProcedures } from '@orpc/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { admitBinary } from '../../src/main/ipc/binary-routes.js'
import { memoryCarrier } from '../../src/main/ipc/carriers.js'
import type { Connection } from '../../src/main/ipc/needs.js'
import { contract } from '../../src/shared/contract/index.js'
import type { ProcedureMeta } from '../../src/shared/contract/procedure.js'
import { type Permission, permissions, type Role, roles } from '../../src/shared/permissions.js'
import { startTestClinic } from '../support/clinic.js'

/**
 * Who may what, written down a second time on purpose: a change of `permissions.ts` must be made here too, by somebody who means it.
 * `A` administrator, `C` clinician, `R` reception, `B` billing, `O` read-only.
 */
const expected: Record<Permission, string> = {
  public: 'ACRBO',
  session: 'ACRBO',
  'patients.read': 'ACRBO',
  'patients.write': 'ACR',
  'patients.erase': 'A',
  'chart.read': 'ACO',
  'chart.write': 'AC',
  'appointments.read': 'ACRBO',
  'appointments.write': 'ACR',
  'billing.read': 'ACRBO',
  'billing.write': 'ARB',
  'media.read': 'ACRO',
  'media.write': 'AC',
  'staff.read': 'ACRBO',
  'staff.write': 'A',
  'settings.read': 'ACRBO',
  'settings.write': 'A',
  'sync.read': 'ACRBO',
  'sync.run': 'ACR',
  'audit.read': 'A',
  import: 'A',
  export: 'A',
  backups: 'A',
  'monitor.read': 'A',
  'monitor.write': 'A',
}
const letters: Record<Role, string> = { administrator: 'A', clinician: 'C', reception: 'R', billing: 'B', readOnly: 'O' }

const procedures: { name: string; path: readonly string[]; meta: ProcedureMeta }[] = []
traverseContractProcedures({ router: contract, path: [] }, ({ contract: declared, path }) => {
  procedures.push({ name: path.join('.'), path, meta: declared['~orpc'].meta as ProcedureMeta })
})

const accounts = new Map<Role, string>()
let shared: Awaited<ReturnType<typeof startTestClinic>>
beforeAll(async () => {
  shared = await startTestClinic()
  for (const role of roles) {
    const token = await shared.tokenOf(role)
    accounts.set(role, shared.clinic.services.sessions.owner(token)?.userId ?? '')
  }
})
afterAll(() => shared.stop())

/** A fresh session, because some procedures end or lock the one they are called under. */
async function signIn(role: Role): Promise<{ token: string; sessionId: string }> {
  const { token, actor } = await shared.clinic.services.sessions.open(accounts.get(role) ?? '')
  return { token, sessionId: actor.sessionId }
}

let callers = 0
/** How a call with an impossible input ends: `FORBIDDEN` and the like come before the input is looked at. */
async function outcome(path: readonly string[], token: string | undefined): Promise<string> {
  let call: unknown = createRouterClient(shared.workstation.ipc.router as Router<typeof contract, Connection>, {
    // Each call from another address, so that no limit on attempts hides an answer.
    context: { carrier: memoryCarrier(token), address: `test ${++callers}`, isOnThisComputer: true },
  })
  for (const name of path) call = (call as Record<string, unknown>)[name]
  try {
    const answer = await (call as (input: unknown) => Promise<unknown>)({ noSuchField: 1 })
    await (answer as { return?: () => Promise<unknown> } | undefined)?.return?.()
    return 'answered'
  } catch (error) {
    return error instanceof ORPCError ? error.code : 'not an error of the contract'
  }
}

/** How a call ends that got past the permission. */
const reached = ['answered', 'INVALID', 'UNAVAILABLE']

test('every permission is spoken for', () => {
  expect(Object.keys(expected).sort()).toEqual([...permissions].sort())
})

describe.each(procedures)('$name ($meta.permission)', ({ path, meta }) => {
  test.each(roles)('%s', async (role) => {
    const isAllowed = expected[meta.permission].includes(letters[role])
    const result = await outcome(path, (await signIn(role)).token)
    if (isAllowed) expect(meta.permission === 'public' ? [...reached, 'UNAUTHORIZED'] : reached).toContain(result)
    else expect(result).toBe('FORBIDDEN')
  })

  test('nobody', async () => {
    const result = await outcome(path, undefined)
    if (meta.permission === 'public') expect(result).not.toMatch(/LOCKED|FORBIDDEN/)
    else expect(result).toBe('UNAUTHORIZED')
  })

  test('a locked session', async () => {
    const { token, sessionId } = await signIn('administrator')
    shared.clinic.services.sessions.lock(sessionId)
    const result = await outcome(path, token)
    if (meta.permission === 'public') expect(result).not.toMatch(/LOCKED|FORBIDDEN/)
    else expect(result).toBe('LOCKED')
  })
})

test('uploads and downloads ask for the same permissions', async () => {
  const results: string[] = []
  for (const route of shared.workstation.routes)
    for (const role of [...roles, undefined]) {
      const connection = { carrier: memoryCarrier(role && (await signIn(role)).token), address: 'test', isOnThisComputer: true }
      const result = await admitBinary(route, connection, shared.workstation.ipc.needs).then(
        () => 'admitted',
        (error: ORPCError<string, unknown>) => error.code,
      )
      const wanted = !role ? 'UNAUTHORIZED' : expected[route.permission].includes(letters[role]) ? 'admitted' : 'FORBIDDEN'
      if (result !== wanted) results.push(`${route.name} ${role ?? 'nobody'}: ${result}`)
    }
  expect(shared.workstation.routes.length).toBeGreaterThan(3)
  expect(results).toEqual([])
})

test('only these procedures answer somebody who has not signed in', () => {
  const open = procedures.filter(({ meta }) => meta.permission === 'public').map(({ name }) => name)
  // The recovery code takes the place of a sign-in; so does an invitation: both on this computer only, and limited like one.
  expect(open.sort()).toEqual([
    'session.resetWithRecoveryCode',
    'session.signIn',
    'session.signOut',
    'session.unlock',
    'session.welcome',
    'setUp.clinics',
    'setUp.createClinic',
    'setUp.createDemo',
    'setUp.join',
    'setUp.joining',
    'setUp.open',
  ])
})

test('every command is limited', () => {
  expect(procedures.filter(({ meta }) => meta.type === 'command' && meta.limit === 'none').map(({ name }) => name)).toEqual([])
})

/** Names of the fields of an object schema, of all its alternatives. */
function fieldsOf(schema: unknown): string[] {
  const { shape, options } = (schema ?? {}) as { shape?: object; options?: unknown[] }
  return shape ? Object.keys(shape) : (options ?? []).flatMap(fieldsOf)
}

test('every reading with a patient in its input goes into the access log, and one that goes there tells whose record it reads', () => {
  const problems: string[] = []
  traverseContractProcedures({ router: contract, path: [] }, ({ contract: { '~orpc': declared }, path }) => {
    const { type, audit } = declared.meta as ProcedureMeta
    if (type === 'command') return
    const [input, output] = [fieldsOf(declared.inputSchema), fieldsOf(declared.outputSchema)]
    if (input.includes('patientId') && audit !== 'patient') problems.push(`${path.join('.')} reads of a patient without a row in the access log`)
    const isKnown = input.includes('patientId') || output.includes('patientId') || (path[0] === 'patients' && input.includes('id') && output.includes('id'))
    if (audit === 'patient' && !isKnown) problems.push(`${path.join('.')} does not tell whose record it reads`)
  })
  expect(problems).toEqual([])
})
