import { hkdfSync } from 'node:crypto'
import { z } from 'zod'
import { crockfordSigns, inGroups, randomSigns, readSigns } from './crockford.js'
import { firstGeneration, lastGeneration } from './keys.js'
import { open, seal } from './sealing.js'

const LENGTH = 20

/** Random bits of an invitation's code. They alone protect what it seals: its age and its single use are housekeeping. */
export const INVITATION_CODE_BITS = LENGTH * 5

/** How long an invitation lies on the server, in milliseconds. */
export const invitationMs = 15 * 60_000

/** What an invitation gives to the workstation that joins. */
export interface Invitation {
  dataset: string
  clinicName: string
  /** Every key of the clinic by generation. */
  generations: ReadonlyMap<number, Buffer>
  /** Ids of workstations that later keys leave out. */
  removed: ReadonlySet<string>
  /** Begins the numbers that the new workstation gives by itself. */
  numberPrefix: string
  /** Id that the new workstation gets. */
  workstationId: string
  /** Id of the workstation that invited. */
  invitedBy: string
  /**
   * Private half of a key pair by which the one that invited knows the new workstation before its record has arrived there. It is for that alone: the new
   * workstation makes its own key pair, which nobody else ever knows.
   */
  introductionKey: Buffer
  /** ISO instant by the clock of the one that invited. */
  expiresAt: string
}

const Content = z.strictObject({
  format: z.literal(1),
  dataset: z.uuid(),
  clinicName: z.string().max(200),
  generations: z.array(z.tuple([z.int().min(firstGeneration).max(lastGeneration), z.base64().length(44)])).min(1),
  removed: z.array(z.uuid()).max(10_000),
  numberPrefix: z.string().regex(/^[A-Z]{1,3}$/),
  workstationId: z.uuid(),
  invitedBy: z.uuid(),
  introductionKey: z.base64().length(44),
  expiresAt: z.iso.datetime(),
})

const sentences = {
  mistyped: `An invitation code has ${LENGTH} letters and digits in groups of four; compare it with the other workstation’s screen, sign by sign.`,
  unknown:
    'The server knows no invitation with this code: it was mistyped, used already, or is older than 15 minutes. Nothing was made here. Compare it, or ask for a new code.',
  broken: 'What the server holds under this code is damaged, or of a newer version of the program. Nothing was made here. Ask for a new code.',
}

/** An invitation that cannot be used; the message says what to do and holds no part of the code. */
export class InvitationProblem extends Error {
  override readonly name = 'InvitationProblem'
  readonly isPublic = true
  constructor(
    readonly code: keyof typeof sentences,
    options?: ErrorOptions,
  ) {
    super(sentences[code], options)
  }
}

/** Makes a code to read out or copy: 100 random bits as five groups of four. */
export const makeInvitationCode = (): string => inGroups(randomSigns(LENGTH))

/** Reads a typed code into its canonical 20 signs, with the tolerance of `readSigns`. @throws InvitationProblem */
export function readInvitationCode(typed: string): string {
  const plain = readSigns(typed)
  if (plain.length !== LENGTH || [...plain].some((sign) => !crockfordSigns.includes(sign))) throw new InvitationProblem('mistyped')
  return plain
}

/** Name under which an invitation lies on the server, 32 hex digits; it tells nothing about the code or the key. @throws InvitationProblem */
export const invitationIdOf = (code: string): string => derived(code, 'id', 16).toString('hex')

/** Seals an invitation under its code. @throws InvitationProblem */
export function sealInvitation(code: string, { generations, removed, introductionKey, ...rest }: Invitation): Buffer {
  const content: z.infer<typeof Content> = {
    format: 1,
    ...rest,
    generations: [...generations].map(([n, key]) => [n, key.toString('base64')]),
    removed: [...removed],
    introductionKey: introductionKey.toString('base64'),
  }
  return seal(derived(code, 'key', 32), JSON.stringify(content), place(code))
}

/** Opens what lay on the server under a code. @throws InvitationProblem */
export function openInvitation(code: string, sealed: Uint8Array): Invitation {
  const [key, at] = [derived(code, 'key', 32), place(code)]
  try {
    const { format: _, ...content } = Content.parse(JSON.parse(open(key, sealed, at, 1024 * 1024).toString('utf8')))
    return {
      ...content,
      generations: new Map(content.generations.map(([n, each]) => [n, Buffer.from(each, 'base64')])),
      removed: new Set(content.removed),
      introductionKey: Buffer.from(content.introductionKey, 'base64'),
    }
  } catch (error) {
    throw new InvitationProblem('broken', { cause: error })
  }
}

const place = (code: string): string => `invitation/${invitationIdOf(code)}`
const derived = (code: string, purpose: string, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', readInvitationCode(code), Buffer.alloc(0), `medinsight/1/invitation ${purpose}`, bytes))
