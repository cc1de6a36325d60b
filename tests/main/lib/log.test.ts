import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createLog } from '../../../src/main/lib/log.js'
import { redact, redactError } from '../../../src/main/lib/redaction.js'
import { ManualClock } from '../../support/manual-clock.js'
import { temporaryFolder } from '../../support/temporary-folder.js'

const canary = 'Zebulon Quartermain'

describe('log', () => {
  it('writes one JSON line per event with the fields that are allowed', () => {
    const lines: string[] = []
    const log = createLog({ stream: { write: (line) => lines.push(line) }, clock: new ManualClock() })
    log.info('sync.connected', { ms: 12, state: 'redis', patientName: canary, id: '0192f00d-0000-7000-8000-000000000000' })
    log.debug('sync.detail')
    expect(lines).toEqual([
      '{"time":"2026-11-20T09:00:00.000Z","level":"info","event":"sync.connected","ms":12,"state":"redis","id":"0192f00d-0000-7000-8000-000000000000","leftOut":1}\n',
    ])
  })

  it('lets nothing of a record through, wherever it stands', () => {
    const lines: string[] = []
    const log = createLog({ stream: { write: (line) => lines.push(line) } })
    const error = Object.assign(new Error(`UNIQUE failed for ${canary}`, { cause: new Error(`row ${canary}`) }), { code: canary, name: canary })
    log.error('store.failed', {
      code: canary,
      kind: canary,
      ref: canary,
      state: `x\n${canary}`,
      count: canary,
      [canary]: 1,
      nested: { code: canary },
      list: [canary],
      error,
    })
    log.warn(`patient ${canary}`, { error: canary })
    log.warn('x', { error: { message: canary } })
    expect(lines.join('')).not.toContain('Zebulon')
    expect(lines.join('')).not.toContain('Quartermain')
    expect(lines).toHaveLength(3)
  })

  it('keeps where an error happened and its sentence only when that is public', () => {
    const safe = redactError(Object.assign(new RangeError(`${canary}\n    at x (/Quartermain.ts:1:1)`), { code: 'E_X' }))
    expect(safe).toMatchObject({ name: 'RangeError', code: 'E_X' })
    expect(safe.message).toBeUndefined()
    expect(JSON.stringify(safe)).not.toContain('Quartermain')
    expect(safe.stack?.[0]).toMatch(/^log\.test\.ts:\d+:\d+$/)
    expect(redactError(Object.assign(new Error('The disk is full.'), { isPublic: true })).message).toBe('The disk is full.')
    expect(redactError(null)).toEqual({ name: 'object' })
  })

  it('is not misled by names from a prototype', () => {
    expect(redact({ constructor: 'x', toString: 'x', hasOwnProperty: 'x' })).toEqual({ leftOut: 3 })
  })

  it('rotates its files and keeps the last ones, for their owner alone', () => {
    const folder = join(temporaryFolder(), 'logs')
    const log = createLog({ folder, stream: false, rotateBytes: 500, fileCount: 3 })
    for (let count = 0; count < 60; count++) log.info('a.line', { count })
    log.close()
    expect(readdirSync(folder).sort()).toEqual(['medinsight.log', 'medinsight.log.1', 'medinsight.log.2'])
    const counts = ['medinsight.log.2', 'medinsight.log.1', 'medinsight.log'].flatMap((name) =>
      readFileSync(join(folder, name), 'utf8')
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { count: number }).count),
    )
    expect(counts).toEqual(Array.from({ length: counts.length }, (_, i) => 60 - counts.length + i))
    expect(statSync(join(folder, 'medinsight.log')).mode & 0o777).toBe(0o600)
  })

  it('goes on in the same file after a restart', () => {
    const folder = temporaryFolder()
    for (const count of [1, 2]) {
      const log = createLog({ folder, stream: false })
      log.info('started', { count })
      log.close()
    }
    expect(readFileSync(join(folder, 'medinsight.log'), 'utf8').trim().split('\n')).toHaveLength(2)
  })

  it('never stops the program when it cannot be written', () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'medinsight.log'))
    const log = createLog({ folder, stream: false })
    log.info('lost')
    rmSync(join(folder, 'medinsight.log'), { recursive: true })
    log.info('found')
    expect(readFileSync(join(folder, 'medinsight.log'), 'utf8')).toContain('found')
    log.close()
  })
})
