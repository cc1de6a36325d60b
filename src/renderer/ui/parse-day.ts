/** The order in which a locale writes a day in digits. */
export type DayOrder = 'dmy' | 'mdy' | 'ymd'

/** Finds how a locale writes days in digits. */
export function dayOrderOf(locale: string): DayOrder {
  const parts = new Intl.DateTimeFormat(locale, { day: '2-digit', month: '2-digit', year: 'numeric' }).formatToParts(new Date(0))
  const order = parts.flatMap(({ type }) => (type === 'day' || type === 'month' || type === 'year' ? [type[0]] : [])).join('')
  return order === 'mdy' || order === 'ymd' ? order : 'dmy'
}

/** Arabic-Indic and Persian digits as Western ones. */
const westernDigits = (text: string): string =>
  text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) - (digit.charCodeAt(0) >= 0x06f0 ? 0x06f0 : 0x0660)))

const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/** Number of the month that a word names in any of the locales, 0 when none; three letters are enough. */
function monthOf(word: string, locales: readonly string[]): number {
  const wanted = fold(word)
  if (wanted.length < 3) return 0
  for (const locale of locales)
    for (let month = 1; month <= 12; month++) {
      const at = new Date(Date.UTC(2001, month - 1, 15))
      const names = (['long', 'short'] as const).map((style) =>
        fold(new Intl.DateTimeFormat(locale, { month: style, timeZone: 'UTC' }).format(at)).replace('.', ''),
      )
      if (names.some((name) => name === wanted || name.startsWith(wanted) || wanted.startsWith(name))) return month
    }
  return 0
}

/** A two-digit year means the last century's unless that day would be in the future. */
function fullYear(year: number, digits: number, thisYear: number): number {
  if (digits > 2) return year
  const here = Math.floor(thisYear / 100) * 100 + year
  return here > thisYear ? here - 100 : here
}

function dayText(year: number, month: number, day: number): string | undefined {
  const at = new Date(Date.UTC(2000, 0, 1))
  at.setUTCFullYear(year, month - 1, day)
  const exists = at.getUTCFullYear() === year && at.getUTCMonth() === month - 1 && at.getUTCDate() === day
  return exists && year >= 1850 && year <= 2200 ? at.toISOString().slice(0, 10) : undefined
}

/** Cuts digits written without a separator, e.g. 03041980 or 030480. */
function cut(digits: string, order: DayOrder): string[] | undefined {
  if (digits.length !== 8 && digits.length !== 6) return undefined
  if (order === 'ymd' || (digits.length === 8 && Number(digits.slice(0, 4)) > 1850 && Number(digits.slice(4, 6)) <= 12)) {
    const year = digits.length - 4
    return [digits.slice(0, year), digits.slice(year, year + 2), digits.slice(year + 2)]
  }
  return [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)]
}

/**
 * Reads a day as people write it (4/3/1980, 04.03.80, 4 mar 1980, March 4 1980, 04031980, 1980-03-04) as yyyy-mm-dd, undefined when it
 * is none or does not exist. A first number over 12 is the day whatever the locale; today is yyyy-mm-dd and only settles the century.
 */
export function parseDay(text: string, locale: string, today: string): string | undefined {
  const order = dayOrderOf(locale)
  const thisYear = Number(today.slice(0, 4))
  const parts =
    westernDigits(text.trim())
      .match(/\d+|\p{L}[\p{L}\p{M}]*/gu)
      ?.filter((part) => !/^(de|of|st|nd|rd|th|del)$/i.test(part)) ?? []
  const words = parts.filter((part) => /\p{L}/u.test(part))
  const numbers = parts.length === 1 && words.length === 0 ? cut(parts[0] ?? '', order) : parts.filter((part) => /^\d+$/.test(part))
  if (!numbers) return undefined

  if (words.length === 1 && numbers.length === 2) {
    const month = monthOf(words[0] ?? '', [locale, 'en'])
    const [first = '', second = ''] = numbers
    const [day, year] = first.length === 4 ? [second, first] : [first, second]
    return month ? dayText(fullYear(Number(year), year.length, thisYear), month, Number(day)) : undefined
  }
  if (words.length > 0 || numbers.length !== 3) return undefined
  const [a = '', b = '', c = ''] = numbers
  if (a.length === 4 || (order === 'ymd' && a.length === 2)) return dayText(fullYear(Number(a), a.length, thisYear), Number(b), Number(c))
  const year = fullYear(Number(c), c.length, thisYear)
  const [day, month] = (order === 'mdy' && Number(a) <= 12) || Number(b) > 12 ? [Number(b), Number(a)] : [Number(a), Number(b)]
  return dayText(year, month, day)
}
