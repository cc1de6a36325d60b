import { createRouterClient, type Router } from '@orpc/server'
import { expect, test } from 'vitest'
import { memoryCarrier } from '../../../src/main/ipc/carriers.js'
import type { Connection } from '../../../src/main/ipc/needs.js'
import { fieldCodes, newRef, toRefusal } from '../../../src/main/ipc/refusals.js'
import { hashOf } from '../../../src/main/ipc/repeated-commands.js'
import type { contract } from '../../../src/shared/contract/index.js'
import { commonErrors } from '../../../src/shared/contract/procedure.js'
import { newId } from '../../../src/shared/ids.js'
import { canary, InMemoryClinic } from '../../support/in-memory-clinic.js'

const log = { error: () => {}, refused: () => {} }

test('a key that the client made up does not come back as part of a path', () => {
  const issues = [
    { message: canary, path: ['answers', canary, 0, 'unit'], code: 'invalid_type' },
    { message: '', path: [{ key: 'slot' }, { key: 'startAt' }], code: canary },
  ]
  expect(fieldCodes(issues)).toEqual([
    { path: 'answers.*.0.unit', code: 'invalid_type' },
    { path: 'slot.startAt', code: 'invalid' },
  ])
})

test('a check of the product names its own code', () => {
  expect(fieldCodes([{ message: '', path: ['endAt'], code: 'custom', params: { code: 'beforeStart' } } as never])).toEqual([
    { path: 'endAt', code: 'beforeStart' },
  ])
})

test('a known failure of a lower layer is told as what it is, anything else as INTERNAL', () => {
  const full = Object.assign(new Error(canary), { code: 'SQLITE_FULL' })
  const knownFailure = (error: unknown) => (error === full ? { code: 'UNAVAILABLE' as const } : undefined)
  expect(toRefusal(full, 'x', commonErrors, { log, knownFailure })).toMatchObject({ code: 'UNAVAILABLE', status: 503, data: { ref: expect.any(String) } })
  for (const thrown of [new Error(canary), canary, undefined, null, { message: canary }]) {
    const refusal = toRefusal(thrown, 'x', commonErrors, { log, knownFailure })
    expect(refusal).toMatchObject({ code: 'INTERNAL', data: { ref: expect.any(String) } })
    expect(JSON.stringify(refusal) + refusal.message + String(refusal.cause ?? '')).not.toContain(canary)
  }
})

test('references differ', () => {
  expect(new Set(Array.from({ length: 1000 }, newRef)).size).toBe(1000)
})

test('the hash of a command does not hang on the order of its fields, nor on its id', () => {
  const hash = hashOf('patients.register', { familyName: 'a', address: { city: 'b', line: 'c' }, commandId: newId() })
  expect(hashOf('patients.register', { address: { line: 'c', city: 'b' }, familyName: 'a', phone: undefined })).toBe(hash)
  expect(hashOf('patients.edit', { address: { line: 'c', city: 'b' }, familyName: 'a' })).not.toBe(hash)
  expect(hashOf('patients.register', { address: { line: 'b', city: 'c' }, familyName: 'a' })).not.toBe(hash)
})

test('a kept answer that does not fit the contract any more is not handed out', async () => {
  const clinic = new InMemoryClinic()
  const context = { carrier: memoryCarrier(clinic.signIn('reception')), address: 'test', isOnThisComputer: true }
  const api = createRouterClient(clinic.ipc().router as Router<typeof contract, Connection>, { context })
  const command = { familyName: 'Okafor', commandId: newId() }
  await api.patients.register(command)
  const kept = clinic.kept.get(command.commandId)
  Object.assign(kept?.answer as object, { passwordHash: canary })
  await expect(api.patients.register(command)).rejects.toMatchObject({ code: 'INTERNAL' })
})
