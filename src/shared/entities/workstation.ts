import { z } from 'zod'
import { InstantText } from '../time.js'
import { entity } from './entity.js'

/** One installation that holds the clinic's records. Its id is made when it is set up and stays over restarts; sites do not. */
export const workstation = entity({
  kind: 'workstation',
  fields: {
    name: z.string().trim().min(1).max(60),
    /** X25519 public key, 32 bytes in base64: a new key of the clinic is sealed to it. */
    publicKey: z.base64().max(100),
    /** Begins the numbers that this workstation gives by itself: two workstations never share one. */
    numberPrefix: z.string().regex(/^[A-Z]{1,3}$/),
    joinedAt: InstantText,
    /** Set when it was removed: it gets no later key, and what it sends is refused. */
    removedAt: InstantText.optional(),
  },
  merge: { publicKey: 'review', numberPrefix: 'review', removedAt: 'access' },
  ranks: { removedAt: 'earliest' },
  sensitivity: 'secret',
})
