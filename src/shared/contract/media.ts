import { z } from 'zod'
import { media as mediaEntity } from '../entities/media.js'
import { Id } from '../ids.js'
import { InstantText } from '../time.js'
import { PatientHit } from './patients.js'
import { clearable, commandId, page, paging, procedure } from './procedure.js'

const { thumbnailHash: _, ...fields } = mediaEntity.fields

/** An image, video or PDF of a patient; its bytes come from `/media/{id}/content`, a small JPEG from `/media/{id}/thumbnail`. */
export const Media = z.strictObject({
  id: Id,
  ...fields,
  hasThumbnail: z.boolean(),
  /** Whether a browser can show it; anything else is given as a file to save. */
  isShown: z.boolean(),
  changedAt: InstantText,
})
export type Media = z.infer<typeof Media>

/** What can be said about a file, with the upload (in its query) or later. */
const described = {
  title: fields.title,
  note: fields.note,
  takenAt: fields.takenAt,
  width: z.int().min(1).max(1_000_000).optional(),
  height: z.int().min(1).max(1_000_000).optional(),
  durationSeconds: z.number().min(0).max(1_000_000).optional(),
}

/** The query of an upload: everything is text there. `title` is usually the file's name without its ending. */
export const MediaUpload = z.strictObject({
  ...described,
  width: z.coerce.number().pipe(z.int().min(1).max(1_000_000)).optional(),
  height: z.coerce.number().pipe(z.int().min(1).max(1_000_000)).optional(),
  durationSeconds: z.coerce.number().pipe(z.number().min(0).max(1_000_000)).optional(),
})

const kind = fields.kind.optional()

/** Uploads are binary: `POST /patients/{patientId}/media` with the file as its body answers a `Media`, `PUT /media/{id}/thumbnail` takes a JPEG. */
export const media = {
  /** A patient's files, newest first. */
  list: procedure({ permission: 'media.read', type: 'query', audit: 'patient' })
    .route({ method: 'GET', path: '/patients/{patientId}/media' })
    .input(z.strictObject({ patientId: Id, kind, ...paging }))
    .output(page(Media)),
  /** The files added last in the whole clinic, each with its patient. */
  recent: procedure({ permission: 'media.read', type: 'query' })
    .route({ method: 'GET', path: '/media' })
    .input(z.strictObject({ kind, ...paging }))
    .output(page(Media.extend({ patient: PatientHit }))),
  edit: procedure({ permission: 'media.write', type: 'command' })
    .route({ method: 'PATCH', path: '/media/{id}' })
    /** Only the fields given are changed; null clears one. */
    .input(z.strictObject({ ...described, ...clearable(described), id: Id, commandId }))
    .output(Media),
  /** Takes it out of the chart. The file itself stays until maintenance removes what no record names. */
  remove: procedure({ permission: 'media.write', type: 'command' })
    .route({ method: 'DELETE', path: '/media/{id}' })
    .input(z.strictObject({ id: Id, commandId }))
    .output(z.strictObject({ id: Id })),
}
