/** Arabic-Indic and Persian digits as Western ones. */
const western = (text: string): string => text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15))

/** Reads a time of day as people write it (9, 9:30, 9.30, 930, 5pm, 5:30 p. m., 5 م) as hh:mm; undefined when it is none. */
export function parseTime(text: string): string | undefined {
  const plain = western(text.trim().toLowerCase()).replace(/[\s\u200e\u200f\u202f\u00a0]/g, '')
  const match = /^(\d{1,2})(?:[:.h]?(\d{2}))?h?(a\.?m?\.?|p\.?m?\.?|ص|م)?$/.exec(plain)
  if (!match) return undefined
  const [, hourText = '', minuteText = '0', half] = match
  const isAfternoon = half !== undefined && /^[pم]/.test(half)
  const given = Number(hourText)
  if (half !== undefined && (given < 1 || given > 12)) return undefined
  const hour = half === undefined ? given : (given % 12) + (isAfternoon ? 12 : 0)
  const minute = Number(minuteText)
  return hour < 24 && minute < 60 ? `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}` : undefined
}

/** A time some minutes later or earlier, to the next multiple of the step, within its day. */
export function stepTime(time: string, step: number): string {
  const minutes = Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
  const size = Math.abs(step)
  const next = step > 0 ? Math.floor(minutes / size) * size + size : Math.ceil(minutes / size) * size - size
  const kept = Math.min(24 * 60 - size, Math.max(0, next))
  return `${String(Math.floor(kept / 60)).padStart(2, '0')}:${String(kept % 60).padStart(2, '0')}`
}
