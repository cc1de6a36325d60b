import { z } from 'zod'
import { Opening, openingLimit } from '../../shared/contract/presence.js'
import { Id } from '../../shared/ids.js'
import { InstantText } from '../../shared/time.js'
import { derive, open, SealBroken, seal } from '../security/sealing.js'

/** Most windows, and most running jobs, that one workstation tells of. */
export const windowLimit = 64
export const jobLimit = 20
/** Most bytes of an opened line. */
const maxLineBytes = 65_536

const Window = z.object({ id: Id, userId: Id, since: InstantText, openings: z.array(Opening).max(openingLimit) })
const Job = z.object({ id: z.string().max(60), task: z.string().max(60), done: z.int(), total: z.int().optional() })

/** What a workstation tells the others: who has windows open there and what in them, and which long work runs. Ids and counts only. */
const PresenceLine = z.object({ windows: z.array(Window).max(windowLimit), jobs: z.array(Job).max(jobLimit) })
export type PresenceLine = z.infer<typeof PresenceLine>
export type PresentWindow = z.infer<typeof Window>
export type RunningJob = z.infer<typeof Job>

const purpose = 'presence line'
const place = (workstationId: string): string => `line/${workstationId}`

/** Seals a line for one workstation's place. */
export const sealLine = (key: Uint8Array, workstationId: string, line: PresenceLine): Buffer =>
  seal(derive(key, purpose), JSON.stringify(line), place(workstationId))

/** Opens a line; undefined when it is not of this place or key, or not one that this program understands. */
export function openLine(key: Uint8Array, workstationId: string, sealed: Uint8Array): PresenceLine | undefined {
  try {
    return PresenceLine.safeParse(JSON.parse(open(derive(key, purpose), sealed, place(workstationId), maxLineBytes).toString('utf8'))).data
  } catch (error) {
    if (error instanceof SealBroken || error instanceof SyntaxError) return undefined
    throw error
  }
}
