import { useMatches, useParams } from '@tanstack/react-router'

/** A parameter of the screen's path, e.g. `patientId` of `/patients/$patientId`. Throws when the path has no such parameter. */
export function useParam(name: string): string {
  const params: Record<string, string | undefined> = useParams({ strict: false })
  const value = params[name]
  if (value === undefined) throw new Error(`The path of this screen has no ${name}.`)
  return value
}

/** The pattern of the screen's path now shown, e.g. `/patients/$patientId`. */
export const usePathPattern = (): string | undefined => useMatches().at(-1)?.fullPath as string | undefined
