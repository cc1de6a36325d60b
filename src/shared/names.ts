const letters: Record<string, string> = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ı: 'i',
  ħ: 'h',
  ŧ: 't',
  ŋ: 'n',
  ſ: 's',
  ς: 'σ',
  // Arabic letters that are written one for another, and their Persian and Urdu forms
  ٱ: 'ا',
  ى: 'ي',
  ی: 'ي',
  ة: 'ه',
  ۀ: 'ه',
  ہ: 'ه',
  ک: 'ك',
}
const replaced = new RegExp(`[${Object.keys(letters).join('')}]`, 'gu')

// Accents, harakat and niqqud go. Vowel signs of Indic scripts and the voicing marks of kana tell names apart and stay.
const accents =
  /[[\p{M}--[\u3099\u309A]]&&[\p{Script=Inherited}\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}]]/gv
const silent = /[\p{Cf}\u0640'’‘ʼʻʹ´`′]/gu
const dashes = /[\p{Pd}\u2212]/gu

/**
 * A name as it is compared: lower case, without accents, apostrophes, harakat and tatweel, hyphens as blanks, digits as ASCII.
 * "O'Brien-Núñez" and "obrien nunez" are the same. Folding twice changes nothing.
 */
export function foldName(text: string): string {
  const bare = text.normalize('NFKD').toLowerCase().normalize('NFKD').replace(accents, '').replace(silent, '').replace(dashes, ' ')
  return asciiDigits(bare.replace(replaced, (letter) => letters[letter] ?? letter))
    .normalize('NFC')
    .trim()
}

/** The words of a name, folded, in their order; each at most 40 characters. Scripts without blanks between words give one word. */
export function wordsOf(text: string): string[] {
  return (
    foldName(text)
      .split(/[^\p{L}\p{N}\p{M}]+/u)
      // A mark alone is no word: nobody types it, and nothing is found by it.
      .filter((word) => /[\p{L}\p{N}]/u.test(word))
      .map((word) => Array.from(word).slice(0, 40).join(''))
  )
}

/** Arabic-Indic and other decimal digits as 0-9, everything else as it is. */
function asciiDigits(text: string): string {
  // Digits of a script stand one after another from 0 to 9, and before its 0 stands no digit: count back to it
  return text.replace(/[\p{Nd}--[0-9]]/gv, (digit) => {
    let value = 0
    for (let code = (digit.codePointAt(0) ?? 0) - 1; value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code)); code--) value++
    return String(value)
  })
}

/** The digits of a phone number as typed or in E.164, without `+`, an "(0)" for the trunk, and an extension. */
export function phoneDigits(text: string): string {
  const number = asciiDigits(text.normalize('NFKC'))
    .replace(/(;ext=|\bext|\bx|#).*$/i, '')
    .replace(/\(0\)/g, '')
  return number.replace(/[^0-9]/g, '')
}

const rows: [Uint16Array, Uint16Array, Uint16Array] = [new Uint16Array(66), new Uint16Array(66), new Uint16Array(66)]

/**
 * Damerau's edit distance (insert, delete, replace, swap neighbours; no part edited twice) in UTF-16 units, at most `max`:
 * `max + 1` stands for everything farther. Characters after the 64th are not compared.
 */
export function editDistance(a: string, b: string, max: number): number {
  const width = Math.min(b.length, 64)
  const height = Math.min(a.length, 64)
  if (a === b) return 0
  if (Math.abs(width - height) > max) return max + 1
  let [beforeLast, last, row] = rows
  for (let x = 0; x <= width; x++) last[x] = x
  for (let y = 1; y <= height; y++) {
    row[0] = y
    let nearest = y
    const letter = a.charCodeAt(y - 1)
    for (let x = 1; x <= width; x++) {
      const other = b.charCodeAt(x - 1)
      let cost = Math.min(at(row, x - 1) + 1, at(last, x) + 1, at(last, x - 1) + (letter === other ? 0 : 1))
      if (x > 1 && y > 1 && letter === b.charCodeAt(x - 2) && other === a.charCodeAt(y - 2)) cost = Math.min(cost, at(beforeLast, x - 2) + 1)
      row[x] = cost
      if (cost < nearest) nearest = cost
    }
    if (nearest > max) return max + 1
    ;[beforeLast, last, row] = [last, row, beforeLast]
  }
  return Math.min(at(last, width), max + 1)
}

const at = (row: Uint16Array, index: number): number => row[index] ?? 0

const monthNames = [
  ['jan', 'january', 'ene', 'enero', 'يناير', 'كانون الثاني'],
  ['feb', 'february', 'febrero', 'فبراير', 'شباط'],
  ['mar', 'march', 'marzo', 'مارس', 'اذار'],
  ['apr', 'april', 'abr', 'abril', 'ابريل', 'نيسان'],
  ['may', 'mayo', 'مايو', 'ايار'],
  ['jun', 'june', 'junio', 'يونيو', 'حزيران'],
  ['jul', 'july', 'julio', 'يوليو', 'تموز'],
  ['aug', 'august', 'ago', 'agosto', 'اغسطس', 'اب'],
  ['sep', 'sept', 'september', 'set', 'septiembre', 'setiembre', 'سبتمبر', 'ايلول'],
  ['oct', 'october', 'octubre', 'اكتوبر', 'تشرين الاول'],
  ['nov', 'november', 'noviembre', 'نوفمبر', 'تشرين الثاني'],
  ['dec', 'december', 'dic', 'diciembre', 'ديسمبر', 'كانون الاول'],
]
const monthNumbers = new Map(monthNames.flatMap((names, index) => names.map((name) => [foldName(name), index + 1] as const)))

/** Whether a word is the name of a month, in full or short, in English, Spanish or Arabic. */
export const isMonthName = (word: string): boolean => monthNumbers.has(foldName(word).replace(/\.$/, ''))

/**
 * The days, `yyyy-mm-dd`, that a birth date written in a usual form may mean, the likelier first; empty when it is none. Day and month
 * are read in both orders unless dots separate them; two-digit years in both centuries, but never later than `today`.
 */
export function parseBirthDates(text: string, today: string = new Date().toISOString().slice(0, 10)): string[] {
  if (text.length > 60) return []
  const folded = asciiDigits(text.normalize('NFKC'))
    .toLowerCase()
    .replace(/[\p{Cf}]/gu, '')
    .trim()
  const found = [...numericDates(folded), ...namedDates(folded)].flatMap(([year, month, day]) => isoDates(year, month, day, today))
  return [...new Set(found)]
}

type Parts = [year: string, month: string, day: string]

function numericDates(text: string): Parts[] {
  const [, y, m, d] = /^(\d{4})\s*[-/.\s]\s*(\d{1,2})\s*[-/.\s]\s*(\d{1,2})\.?$/.exec(text) ?? []
  if (y && m && d) return [[y, m, d]]
  const [, first, separator, second, year] = /^(\d{1,2})\s*([-/.\s])\s*(\d{1,2})\s*[-/.\s]\s*(\d{4}|\d{2})$/.exec(text) ?? []
  if (first && second && year)
    return separator === '.'
      ? [[year, second, first]]
      : [
          [year, second, first],
          [year, first, second],
        ]
  if (/^\d{8}$/.test(text)) return [cut(text, 4, 2), cut(text, 4, 2, 'dmy'), cut(text, 4, 2, 'mdy')]
  if (/^\d{6}$/.test(text)) return [cut(text, 2, 2, 'dmy'), cut(text, 2, 2, 'mdy'), cut(text, 2, 2)]
  return []
}

/** Cuts a date written without separators into its parts. */
function cut(text: string, yearLength: number, length: number, order: 'ymd' | 'dmy' | 'mdy' = 'ymd'): Parts {
  if (order === 'ymd') return [text.slice(0, yearLength), text.slice(yearLength, yearLength + length), text.slice(yearLength + length)]
  const [first, second, year] = [text.slice(0, length), text.slice(length, 2 * length), text.slice(2 * length)]
  return order === 'dmy' ? [year, second, first] : [year, first, second]
}

function namedDates(text: string): Parts[] {
  const words = foldName(text)
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter((word) => word !== '' && word !== 'de' && word !== 'del' && word !== 'of' && word !== 'the')
  const numbers = words.filter((word) => /^\d+(st|nd|rd|th|º|o)?$/.test(word)).map((word) => word.replace(/\D+$/, ''))
  const month = monthNumbers.get(words.filter((word) => !/^\d/.test(word)).join(' '))
  const [first, second] = numbers
  if (!month || numbers.length !== 2 || !first || !second) return []
  return first.length > 2 ? [[first, String(month), second]] : [[second, String(month), first]]
}

/** A date that exists, with a two-digit year read in each century that is possible. */
function isoDates(year: string, month: string, day: string, today: string): string[] {
  const years = year.length === 2 ? [`19${year}`, `20${year}`] : [year]
  return years.map((whole) => `${whole}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`).filter((date) => isDay(date) && date <= today && date >= '1850')
}

function isDay(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date)
}
