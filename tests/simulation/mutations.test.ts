import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { sourceArguments } from '../../src/main/lib/worker-thread.js'
import { type Mutation, mutations } from './mutations.js'

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** Plays seeds with a rule taken back; resolves with the exit code: 1 when an invariant did not hold. */
function simulated({ edits, from = 1 }: Mutation, seeds: number): Promise<{ code: number | null; output: string }> {
  const args = [...sourceArguments, '--import', here('./mutate.mjs'), here('./simulate.ts'), '--seeds', String(seeds), '--from', String(from), '--no-shrink']
  const child = spawn(process.execPath, args, { env: { ...process.env, MUTATION: JSON.stringify(edits) } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })))
}

it.each(mutations.map((mutation) => [mutation.name, mutation] as const))(
  'the simulation notices: %s',
  async (_, mutation) => {
    const { code, output } = await simulated(mutation, 600)
    expect(output).not.toContain('not in')
    expect(output).toMatch(/seed \d+ failed/)
    expect(code).toBe(1)
  },
  300_000,
)
