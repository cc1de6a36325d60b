import { z } from 'zod'
import { firstTime, WhenText } from './clinical-values.js'
import { entity } from './entity.js'

const mediaKinds = ['image', 'video', 'document'] as const

/** An image, video or PDF of a patient. The file lies content-addressed and sealed under `contentHash`, the SHA-256 of its bytes in hex. */
export const media = entity({
  kind: 'media',
  fields: {
    patientId: z.uuid(),
    encounterId: z.uuid().optional(),
    kind: z.enum(mediaKinds),
    contentHash: z.string().regex(/^[0-9a-f]{64}$/),
    mimeType: z.string().max(100),
    /** Size of the file in bytes. */
    bytes: z.int().min(0),
    title: z.string().max(300).optional(),
    /** As shown, after turning by the picture's orientation; pixels. */
    width: z.int().optional(),
    height: z.int().optional(),
    durationSeconds: z.number().optional(),
    /** SHA-256 of a small JPEG of it, stored like the file. */
    thumbnailHash: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
    takenAt: WhenText.optional(),
    addedAt: WhenText.optional(),
    note: z.string().max(20_000).optional(),
  },
  merge: { patientId: 'review', contentHash: 'append' },
  patient: 'patientId',
  happenedAt: (fields) => firstTime(fields.takenAt, fields.addedAt),
  listed: { at: (fields) => firstTime(fields.takenAt, fields.addedAt), sub: (fields) => fields.kind as string, subs: mediaKinds },
  sensitivity: 'clinical',
})
