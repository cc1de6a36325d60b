import { z } from 'zod'
import { CsvMapping } from '../csv-mapping.js'
import { Id } from '../ids.js'
import { InstantText } from '../time.js'
import { commandId, procedure } from './procedure.js'

/** Where something stands in the files: never a value of it. `entry` counts from 1; in a table 2 is the first row below the header. */
export const ExchangePlace = z.strictObject({ file: z.string(), entry: z.int().optional(), path: z.string().optional() })

/** Something that happened to several records, by a code that screens translate. */
const Reason = z.strictObject({ code: z.string(), count: z.int(), places: z.array(ExchangePlace) })
export type Reason = z.infer<typeof Reason>

/** What an import did or, in a dry run, would do. Kinds are FHIR types or names of tables. */
export const ImportReport = z.strictObject({
  importId: z.string(),
  kind: z.enum(['fhir', 'csv']),
  dryRun: z.boolean(),
  read: z.int(),
  kinds: z.record(
    z.string(),
    z.strictObject({ read: z.int(), created: z.int(), updated: z.int(), unchanged: z.int(), deletedHere: z.int(), skipped: z.int() }),
  ),
  skipped: z.array(Reason),
  notes: z.array(Reason),
  keptWhole: z.record(z.string(), z.int()),
})
export type ImportReport = z.infer<typeof ImportReport>

/** What can be told of uploaded files before an import. `sample` holds the first rows: private data, for the mapping screen. */
export const Inspection = z.strictObject({
  kind: z.enum(['fhir', 'csv', 'unknown']),
  fileCount: z.int(),
  bytes: z.int(),
  tables: z.array(
    z.strictObject({
      file: z.string(),
      table: z.string(),
      header: z.array(z.string()),
      rowCount: z.int(),
      sample: z.array(z.array(z.string())),
      /** A table of this product's own export, which needs no mapping. */
      isOwn: z.boolean(),
      fault: z.string().optional(),
    }),
  ),
  /** For tables: how they could become records. `isKnown` when the layout is a known one, so that nobody needs to look. */
  proposal: z.strictObject({ mapping: CsvMapping, unmatched: z.record(z.string(), z.array(z.string())), isKnown: z.boolean() }).optional(),
  issues: z.array(ExchangePlace.extend({ code: z.string() })),
})
export type Inspection = z.infer<typeof Inspection>

/** One import as the list shows it. `interrupted` ended with the program in the middle of it: importing again completes it. */
export const ImportEntry = z.strictObject({
  id: z.string(),
  at: InstantText,
  /** Display name of who did it; absent for the command line. */
  by: z.string().optional(),
  kind: z.enum(['fhir', 'csv']),
  state: z.enum(['running', 'done', 'failed', 'cancelled', 'interrupted', 'undone']),
  report: ImportReport.optional(),
  undoneAt: InstantText.optional(),
})
export type ImportEntry = z.infer<typeof ImportEntry>

/** Work that was started; the `progress` stream tells how it goes, and the task's message of its failure. */
const Started = z.strictObject({ taskId: z.string() })
const upload = { uploadId: Id }
const plan = { ...upload, kind: z.enum(['fhir', 'csv']), mapping: CsvMapping.optional(), commandId }

export const exchange = {
  /** Begins an upload; its files go to `PUT /exchange/uploads/{uploadId}/files?name=`. Nothing of it outlives the import or the program. */
  begin: procedure({ permission: 'import', type: 'command' })
    .route({ method: 'POST', path: '/exchange/uploads', successStatus: 201 })
    .input(z.strictObject({ commandId }))
    .output(z.strictObject(upload)),
  inspect: procedure({ permission: 'import', type: 'query' })
    .route({ method: 'GET', path: '/exchange/uploads/{uploadId}' })
    .input(z.strictObject(upload))
    .output(Inspection),
  discard: procedure({ permission: 'import', type: 'command' })
    .route({ method: 'DELETE', path: '/exchange/uploads/{uploadId}' })
    .input(z.strictObject({ ...upload, commandId }))
    .output(z.strictObject({})),
  /** Reads everything and writes nothing. CONFLICT with `importRunning` while another import or check runs. */
  check: procedure({ permission: 'import', type: 'command' })
    .route({ method: 'POST', path: '/exchange/uploads/{uploadId}/check', successStatus: 202 })
    .input(z.strictObject(plan))
    .output(Started),
  /** The report of the last finished check of this upload; null while there is none. */
  checked: procedure({ permission: 'import', type: 'query' })
    .route({ method: 'GET', path: '/exchange/uploads/{uploadId}/check' })
    .input(z.strictObject(upload))
    .output(ImportReport.nullable()),
  /** Imports the upload and removes it when done. CONFLICT with `importRunning` while another import or check runs. */
  run: procedure({ permission: 'import', type: 'command' })
    .route({ method: 'POST', path: '/exchange/uploads/{uploadId}/import', successStatus: 202 })
    .input(z.strictObject(plan))
    .output(Started),
  /** Asks a check, import or export to stop. What an import wrote until then stays and can be undone. */
  cancel: procedure({ permission: 'session', type: 'command' })
    .route({ method: 'POST', path: '/exchange/tasks/{taskId}/cancel' })
    .input(z.strictObject({ taskId: z.string().max(60), commandId }))
    .output(z.strictObject({ isCancelled: z.boolean() })),
  /** The latest imports, newest first. */
  imports: procedure({ permission: 'import', type: 'query' })
    .route({ method: 'GET', path: '/exchange/imports' })
    .input(z.strictObject({}))
    .output(z.strictObject({ items: z.array(ImportEntry) })),
  /** Takes an import back as a whole. Records that were changed since stay as they are. */
  undo: procedure({ permission: 'import', type: 'command' })
    .route({ method: 'POST', path: '/exchange/imports/{importId}/undo', successStatus: 202 })
    .input(z.strictObject({ importId: Id, commandId }))
    .output(Started),
  /** Writes all records to a new or empty folder of this computer; FORBIDDEN from another one. INVALID with `folder` when it cannot be used. */
  export: procedure({ permission: 'export', type: 'command', limit: 'costly' })
    .route({ method: 'POST', path: '/exchange/exports', successStatus: 202 })
    .input(z.strictObject({ kind: z.enum(['fhir', 'csv']), folder: z.string().trim().min(1).max(1000), commandId }))
    .output(Started),
}
