import { v7 } from 'uuid'
import { z } from 'zod'

/** A random record id, UUIDv7: sortable by creation time, made on the workstation without asking anyone. */
export const newId = (): string => v7()

/** Zod schema of every record id: a lower-case UUID of any version (imported records carry derived ones). */
export const Id = z.uuid()
