import { ORPCError } from '@orpc/client'
import { useMemo } from 'react'
import { useFormats } from '../i18n/formats.js'
import { useTexts } from '../i18n/texts.js'
import { texts } from './texts.js'

/** A field that was refused: its path in the input, and a code such as `too_small` or `taken`. */
export interface RefusedField {
  path: string
  code: string
}

/** An error in the user's language: what happened, and what was kept or what to do. Never a value of a record. */
export interface Explanation {
  title: string
  message: string
  isRetryable: boolean
  fields: readonly RefusedField[]
  /** Stands in the log too, for whoever helps. */
  reference?: string
}

const known = ['UNAUTHORIZED', 'LOCKED', 'FORBIDDEN', 'NOT_FOUND', 'GONE', 'CONFLICT', 'INVALID', 'RATE_LIMITED', 'UNAVAILABLE', 'DISCONNECTED'] as const
type Known = (typeof known)[number]

/** The error's code as the contract names it; `UNEXPECTED` for everything else. */
export function codeOf(error: unknown): Known | 'UNEXPECTED' {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'BAD_REQUEST') return 'INVALID'
  return known.find((each) => each === code) ?? 'UNEXPECTED'
}

/** Whether the same call may simply be made again. */
export const isRetryable = (error: unknown): boolean => ['DISCONNECTED', 'UNAVAILABLE'].includes(codeOf(error))

const dataOf = (error: unknown): Record<string, unknown> =>
  error instanceof ORPCError && typeof error.data === 'object' && error.data ? (error.data as Record<string, unknown>) : {}

/** The fields that the core refused, empty when the error is of another kind. */
export function refusedFields(error: unknown): RefusedField[] {
  const { fields } = dataOf(error)
  return Array.isArray(fields) ? fields.filter((field): field is RefusedField => typeof field?.path === 'string' && typeof field?.code === 'string') : []
}

/** What an appointment or a number clashed with, empty when the error is of another kind. */
export function conflictsOf(error: unknown): { code: string; ids: string[] }[] {
  const { conflicts } = dataOf(error)
  return Array.isArray(conflicts) ? (conflicts as { code: string; ids: string[] }[]) : []
}

/** Beyond so many seconds a person is told the time and not to count. */
const longestCounted = 90

/** Turns any error into sentences in the user's language. The one place that does. */
export function useExplain(): (error: unknown) => Explanation {
  const t = useTexts(texts)
  const { time } = useFormats()
  return useMemo(() => {
    const limited = (seconds: number): string =>
      seconds > longestCounted
        ? t('RATE_LIMITED.at', { time: time(new Date(Date.now() + seconds * 1000).toISOString()) })
        : t('RATE_LIMITED.message', { count: seconds })
    return (error) => {
      const code = codeOf(error)
      const { ref, retryAfterSeconds } = dataOf(error)
      return {
        title: t(`${code}.title`),
        message: code === 'RATE_LIMITED' ? limited(typeof retryAfterSeconds === 'number' ? retryAfterSeconds : 60) : t(`${code}.message`),
        isRetryable: isRetryable(error) || code === 'UNEXPECTED',
        fields: refusedFields(error),
        ...(typeof ref === 'string' && { reference: ref }),
      }
    }
  }, [t, time])
}
