import type { z } from 'zod'

declare const mark: unique symbol

/** What no cache may keep, by its type: allergies, active medication, the live board, whatever a decision hangs on. */
export interface NeverCached {
  readonly [mark]?: never
}

/** Marks what a schema gives as never cached; a cached procedure or cache entry that holds it at any depth does not compile. Does nothing when it runs. */
export const neverCached = <Schema extends z.ZodType>(schema: Schema): z.ZodType<z.output<Schema> & NeverCached, z.input<Schema>> => schema as never

type Depth = readonly unknown[]

/** `true`, or a union with it, for a type that is or holds something that is never cached. */
export type HoldsNeverCached<Value, Level extends Depth = []> = Level['length'] extends 8
  ? false
  : Value extends readonly (infer Member)[]
    ? HoldsNeverCached<Member, [...Level, 0]>
    : Value extends object
      ? typeof mark extends keyof Value
        ? true
        : { [Name in keyof Value]-?: HoldsNeverCached<Value[Name], [...Level, 0]> }[keyof Value]
      : false
