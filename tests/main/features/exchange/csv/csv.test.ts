import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { proposeMapping } from '../../../../../src/main/features/exchange/csv/guess.js'
import { inspectCsv, rowsOf } from '../../../../../src/main/features/exchange/csv/inspect.js'
import { ownHeader, ownKinds, ownRow } from '../../../../../src/main/features/exchange/csv/own.js'
import { columnIssues } from '../../../../../src/main/features/exchange/csv/read.js'
import { csvLine, plainCell, safeCell, writeCsv } from '../../../../../src/main/features/exchange/csv/write.js'
import { CsvMapping } from '../../../../../src/shared/csv-mapping.js'
import { hasTestData, testData } from '../../../../support/test-data.js'
import { importFrom } from '../support.js'
import { readAll } from './support.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exchange-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const put = (name: string, content: string | Buffer): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const mapping = (more: Partial<CsvMapping> = {}): CsvMapping =>
  CsvMapping.parse({
    name: 'test',
    tables: {
      people: {
        kind: 'patient',
        id: ['No'],
        fields: {
          familyName: 'Name',
          birthDate: { column: 'Born', as: 'date' },
          phone: { column: 'Phone', as: 'phone' },
          'address.postalCode': { column: 'Zip', as: 'postalCode' },
        },
      },
    },
    ...more,
  })
const header = 'No,Name,Born,Phone,Zip'
const codes = async (rows: string, more?: Partial<CsvMapping>): Promise<string[]> => {
  put('people.csv', `${header}\n${rows}\n`)
  return (await readAll(folder, mapping(more))).skipped.map(({ code, place }) => [code, place.entry, place.path].filter((part) => part !== undefined).join(' '))
}

describe('a row that cannot be read for certain', () => {
  test.each([
    ['mangledNumber 2 Phone', '1,A,2000-01-01,3.46E+10,1'],
    ['mangledNumber 2 Zip', '1,A,2000-01-01,1,2155.0'],
    ['overflowMarks 2 Born', '1,A,########,1,1'],
    ['mangledDate 2 Born', '1,A,45123,1,1'],
    ['ambiguousDate 2 Born', '1,A,03/04/2000,1,1'],
    ['impossibleDate 2 Born', '1,A,2000-02-30,1,1'],
    ['impossibleDate 2 Born', '1,A,31/02/2000,1,1'],
    ['invalidDate 2 Born', '1,A,soon,1,1'],
    ['missing 2 Name', '1,,2000-01-01,1,1'],
    ['columnCount 2', '1,A'],
    ['columnCount 2', '1,A,2000-01-01,1,1,extra'],
    ['duplicate 3', '1,A,,,\n1,A,,,'],
    ['duplicate 3', '1,A,,,\n1,B,,,'],
    ['tooLong 2 Name', `1,${'x'.repeat(300)},,,`],
  ])('is told as %s', async (expected, rows) => {
    expect(await codes(rows)).toEqual([expected])
  })

  test('does not keep the others from being read', async () => {
    expect(await codes('1,A,45123,,\n2,B,2000-01-01,,\n3,C,x,,')).toEqual(['mangledDate 2 Born', 'invalidDate 4 Born'])
  })

  test('is read once the mapping says how', async () => {
    put('people.csv', `${header}\n1,A,45123,,\n2,B,03/04/2000,,\n`)
    const { drafts } = await readAll(folder, mapping({ serialDates: '1900', dates: 'dmy' }))
    expect(drafts.map(({ fields }) => fields.birthDate)).toEqual(['2023-07-16', '2000-04-03'])
    expect(drafts.map(({ fields }) => fields.source.rest)).toEqual([{ Born: '45123' }, { Born: '03/04/2000' }])
  })
})

describe('a file', () => {
  test.each([
    ['UTF-8 with mark', (text: string) => `\uFEFF${text}`, 'utf-8'],
    ['UTF-16 with mark', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le'), 'utf-16le'],
    ['UTF-16 without mark', (text: string) => Buffer.from(text, 'utf16le'), 'utf-16le'],
    ['UTF-16 big-endian', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16(), 'utf-16be'],
    ['Windows-1252', (text: string) => Buffer.from(text, 'latin1'), 'windows-1252'],
  ])('in %s keeps its letters', async (_, encode, encoding) => {
    const path = put('people.csv', encode(`${header}\n1,Núñez,2000-01-01,,01234\n`))
    expect((await inspectCsv(path)).encoding).toBe(encoding)
    expect((await readAll(folder, mapping())).drafts[0]?.fields).toMatchObject({ familyName: 'Núñez', address: { postalCode: '01234' } })
  })

  test.each([';', '\t', '|', ','])('divided by %j is read, quotes and CRLF included', async (delimiter) => {
    put('people.csv', [header.split(','), ['1', `"O""Neill${delimiter} Jr"`, '2000-01-01', '', '']].map((row) => row.join(delimiter)).join('\r\n'))
    expect((await readAll(folder, mapping())).drafts[0]?.fields.familyName).toBe(`O"Neill${delimiter} Jr`)
  })

  test('may declare its delimiter as spreadsheets do', async () => {
    put('people.csv', `sep=;\r\n${header.replaceAll(',', ';')}\r\n1;A,B;2000-01-01;;\r\n`)
    expect((await readAll(folder, mapping())).drafts[0]?.fields.familyName).toBe('A,B')
  })

  test.each([
    ['empty', ''],
    ['unclosedQuote', `${header}\n1,"A,2000-01-01,1,1\n2,B,,,\n`],
    ['duplicateKey', 'No,No\n1,2\n'],
    ['unknownColumn', 'No,Name\n1,A\n'],
  ])('that is wrong as a whole is skipped as %s and nothing of it is read', async (code, content) => {
    put('people.csv', content)
    const { drafts, skipped } = await readAll(folder, mapping())
    expect([drafts.length, skipped.map((item) => item.code)]).toEqual([0, [code]])
  })

  test('without a mapping is told of', async () => {
    put('other.csv', 'a\n1\n')
    expect((await readAll(folder, mapping())).skipped).toMatchObject([{ code: 'unmappedFile', place: { file: 'other.csv' } }])
  })

  test('that lost leading zeros is warned of', async () => {
    const info = await inspectCsv(put('people.csv', `${header}\n1,A,,,12345\n2,B,,,2155\n`))
    expect(columnIssues(info, mapping().tables.people as CsvMapping['tables'][string])).toEqual([{ file: 'people.csv', path: 'Zip', code: 'leadingZeroLost' }])
  })

  test.skipIf(!hasTestData).each(['comma_in_quotes', 'empty', 'simple_crlf'])('of csv-spectrum, %s, is read as its JSON says', async (name) => {
    const info = await inspectCsv(testData(`csv/csv-spectrum/csvs/${name}.csv`))
    const rows: Record<string, string>[] = []
    for await (const { row, cells } of rowsOf(info)) if (row > 1) rows.push(Object.fromEntries(info.header.map((column, at) => [column, cells[at] ?? ''])))
    expect(rows).toEqual(JSON.parse(readFileSync(testData(`csv/csv-spectrum/json/${name}.json`), 'utf8')))
  })

  test.skipIf(!hasTestData)('may have quotes inside unquoted cells', async () => {
    const info = await inspectCsv(testData('csv/csv-spectrum/csvs/location_coordinates.csv'))
    expect(info.fault).toBeUndefined()
    expect(info.sample[0]?.slice(2)).toEqual(['Modesto', 'Stanislaus'])
    expect(info.sample[0]?.[1]).toMatch(/37.+36'37\.8"N 121.+2'17\.9"W/)
  })
})

describe('a guess', () => {
  test('understands English and Spanish lists of patients', async () => {
    const english = await inspectCsv(
      put('list.csv', 'MRN,Last Name,First Name,DOB,Gender,Mobile,E-mail,ZIP Code,Favourite colour\n007,Doe,Jo,13/04/1990,F,1,j@x.org,02139,blue\n'),
    )
    const spanish = await inspectCsv(
      put(
        'lista.csv',
        'Nº historia;Apellidos;Nombre;Fecha de nacimiento;Sexo;Teléfono;Correo electrónico;Código postal\n1;Núñez;Ana;1990-04-13;Mujer;6;a@x.es;08001\n',
      ),
    )
    const { mapping: proposed, unmatched, isKnown } = proposeMapping([english, spanish])
    expect(isKnown).toBe(false)
    expect(proposed.dates).toBe('dmy')
    expect(unmatched.list).toEqual(['Favourite colour'])
    expect(CsvMapping.safeParse(proposed).success).toBe(true)
    const { drafts, skipped } = await readAll(folder, proposed)
    expect(skipped).toEqual([])
    expect(drafts.map(({ fields }) => fields)).toMatchObject([
      {
        recordNumber: '007',
        familyName: 'Doe',
        givenName: 'Jo',
        birthDate: '1990-04-13',
        sex: 'female',
        address: { postalCode: '02139' },
        source: { rest: { 'Favourite colour': 'blue' } },
      },
      { familyName: 'Núñez', givenName: 'Ana', birthDate: '1990-04-13', sex: 'female', email: 'a@x.es' },
    ])
  })

  test('keeps a table that it does not understand row by row', async () => {
    const info = await inspectCsv(put('stock.csv', 'item,count\ngloves,3\n'))
    const { drafts } = await readAll(folder, proposeMapping([info]).mapping)
    expect(drafts[0]?.fields).toMatchObject({ resourceType: 'stock', source: { rest: { item: 'gloves', count: '3' } } })
  })
})

describe('writing', () => {
  test.each([
    ['=1+1', "'=1+1"],
    ['+34 600', "'+34 600"],
    ['-a', "'-a"],
    ['@x', "'@x"],
    ['\tx', "'\tx"],
    ['\r=x', "'\r=x"],
    ['-1.5', '-1.5'],
    ['+34600', '+34600'],
    ['1e5', '1e5'],
    ['plain', 'plain'],
    ["O'Neill", "O'Neill"],
  ])('%j becomes %j', (text, cell) => {
    expect(safeCell(text)).toBe(cell)
    expect(plainCell(cell)).toBe(text)
  })

  test('no text is run as a formula, and every text comes back', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('=', '+', '-', '@', "'", '\t', '\r', '1', 'a', '"', ',') })),
        (text) => {
          const cell = safeCell(text)
          expect(plainCell(cell)).toBe(text)
          if (!/^[+-]?[\d.,]+(e[+-]?\d+)?$/i.test(cell)) expect(cell).not.toMatch(/^[=+\-@\t\r]/)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test.skipIf(!hasTestData)('naughty strings survive a file', async () => {
    const strings = (JSON.parse(readFileSync(testData('strings/blns-part.json'), 'utf8')) as string[]).filter((text) => text.isWellFormed())
    const path = put(
      'strings.csv',
      [
        ...writeCsv(
          ['n', 'text'],
          strings.map((text, at) => [String(at), text]),
        ),
      ].join(''),
    )
    const info = await inspectCsv(path)
    const read: string[] = []
    for await (const { row, cells } of rowsOf(info)) if (row > 1) read.push(plainCell(cells[1] ?? ''))
    expect(read).toEqual(strings)
  })

  test('quotes what would break a line', () => {
    expect(csvLine(['a', 'b,c', 'd"e', 'f\ng', ' h'])).toBe('a,"b,c","d""e","f\ng"," h"\r\n')
  })
})

describe.skipIf(!hasTestData)('the product’s own tables', () => {
  test('give every record back as it was', { timeout: 60_000 }, async () => {
    const { drafts } = await importFrom(testData('fhir/official-examples'))
    const distinct = [...new Map(drafts.map((draft) => [`${draft.kind} ${draft.id}`, draft])).values()].map((draft) => ({
      ...draft,
      fields: { ...draft.defaults, ...draft.fields, ...(draft.kind === 'patient' ? { recordNumber: '=0001' } : {}) },
    }))
    for (const kind of ownKinds) {
      const rows = distinct.filter((draft) => draft.kind === kind).map(ownRow)
      if (rows.length > 0) put(`${kind}.csv`, [...writeCsv(ownHeader(kind), rows)].join(''))
    }
    const again = await readAll(folder, { name: 'none', tables: {} })
    expect(again.skipped).toEqual([])
    const byId = new Map(again.drafts.map((draft) => [`${draft.kind} ${draft.id}`, draft.fields]))
    expect(byId.size).toBe(distinct.length)
    for (const draft of distinct) expect(byId.get(`${draft.kind} ${draft.id}`)).toEqual(draft.fields)
  })
})
