import { ORPCError } from '@orpc/client'
import { describe, expect, test } from 'vitest'
import { ConnectionLost } from '../../../src/renderer/api/connection.js'
import { codeOf, conflictsOf, isRetryable, refusedFields } from '../../../src/renderer/api/errors.js'

describe('what an error is to a screen', () => {
  test('codes of the contract keep their names, bad input counts as invalid, the rest is unexpected', () => {
    expect(codeOf(new ORPCError('FORBIDDEN'))).toBe('FORBIDDEN')
    expect(codeOf(new ORPCError('BAD_REQUEST'))).toBe('INVALID')
    expect(codeOf(new ORPCError('INTERNAL_SERVER_ERROR'))).toBe('UNEXPECTED')
    expect(codeOf(new ConnectionLost())).toBe('DISCONNECTED')
    expect(codeOf('text')).toBe('UNEXPECTED')
  })
  test('only a lost line and an unavailable service are simply repeated', () => {
    expect([new ConnectionLost(), new ORPCError('UNAVAILABLE'), new ORPCError('CONFLICT'), new Error('x')].map(isRetryable)).toEqual([true, true, false, false])
  })
  test('fields and conflicts are read from the data, and nothing from anything else', () => {
    expect(refusedFields(new ORPCError('INVALID', { data: { fields: [{ path: 'email', code: 'invalid_format' }, 7] } }))).toEqual([
      { path: 'email', code: 'invalid_format' },
    ])
    expect(refusedFields(new Error('x'))).toEqual([])
    expect(conflictsOf(new ORPCError('CONFLICT', { data: { conflicts: [{ code: 'chair', ids: ['a'] }] } }))).toEqual([{ code: 'chair', ids: ['a'] }])
    expect(conflictsOf(undefined)).toEqual([])
  })
})
