import { type CsvMapping, type FieldMapping, patientFields, type TableMapping } from '../../../../shared/csv-mapping.js'
import type { ColumnInfo, TableInfo } from './inspect.js'
import { isOwnTable } from './own.js'
import { syntheaMapping } from './synthea.js'

/** A proposed mapping of the files at hand, for somebody to look over: nothing is imported by a guess alone. */
export interface MappingProposal {
  mapping: CsvMapping
  /** Columns that no field was found for, by table; their cells are kept with the records. */
  unmatched: Record<string, string[]>
  /** Whether the layout is a known one, so that nobody needs to look. */
  isKnown: boolean
}

interface Word {
  field: string
  names: readonly string[]
}

/** Column names of patient lists in English and Spanish, without accents, spaces and signs. */
const patientWords: readonly Word[] = [
  { field: 'familyName', names: ['familyname', 'lastname', 'last', 'surname', 'family', 'apellidos', 'apellido', 'primerapellido'] },
  { field: 'givenName', names: ['givenname', 'firstname', 'first', 'given', 'forename', 'nombre', 'nombres', 'nombredepila'] },
  {
    field: 'birthDate',
    names: ['birthdate', 'dateofbirth', 'dob', 'birthday', 'born', 'fechanacimiento', 'fechadenacimiento', 'fnacimiento', 'nacimiento', 'fecnac'],
  },
  { field: 'sex', names: ['sex', 'gender', 'sexo', 'genero'] },
  {
    field: 'phone',
    names: [
      'phone',
      'phonenumber',
      'telephone',
      'tel',
      'mobile',
      'mobilephone',
      'cell',
      'cellphone',
      'homephone',
      'telefono',
      'movil',
      'celular',
      'telefonomovil',
    ],
  },
  { field: 'email', names: ['email', 'emailaddress', 'mail', 'correo', 'correoelectronico'] },
  { field: 'address.line', names: ['address', 'addressline', 'addressline1', 'address1', 'street', 'streetaddress', 'direccion', 'domicilio', 'calle'] },
  { field: 'address.city', names: ['city', 'town', 'suburb', 'ciudad', 'localidad', 'poblacion', 'municipio'] },
  { field: 'address.state', names: ['state', 'province', 'region', 'county', 'provincia', 'estado', 'comunidad'] },
  { field: 'address.postalCode', names: ['zip', 'zipcode', 'postcode', 'postalcode', 'codigopostal', 'cp'] },
  { field: 'address.country', names: ['country', 'pais'] },
  {
    field: 'insuranceNumber',
    names: [
      'insurancenumber',
      'insuranceno',
      'memberid',
      'policynumber',
      'numerodeseguro',
      'numeroseguro',
      'poliza',
      'numerodepoliza',
      'tarjetasanitaria',
      'cip',
    ],
  },
  {
    field: 'recordNumber',
    names: [
      'recordnumber',
      'medicalrecordnumber',
      'mrn',
      'chartnumber',
      'patientnumber',
      'numerodehistoria',
      'historiaclinica',
      'nhc',
      'numerohistoria',
      'expediente',
    ],
  },
  { field: 'language', names: ['language', 'preferredlanguage', 'idioma', 'lengua'] },
  { field: 'alert', names: ['alert', 'warning', 'alerta', 'aviso'] },
  { field: 'deceasedAt', names: ['deathdate', 'dateofdeath', 'deceased', 'fechadefuncion', 'fechadedefuncion', 'fallecimiento'] },
]

const idNames = new Set(['id', 'patientid', 'recid', 'uuid', 'identifier', 'idpaciente', 'identificador', 'codigo'])

/** A column's name as it is compared: letters and digits alone, lower case, without accents. */
const bare = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')

/** Proposes how the files become records: a known layout by its columns, a list of patients by the names of its columns. */
export function proposeMapping(tables: readonly TableInfo[], name = 'Proposed'): MappingProposal {
  const proposed: Record<string, TableMapping> = {}
  const unmatched: Record<string, string[]> = {}
  let isKnown = true
  for (const info of tables) {
    if (isOwnTable(info)) continue
    const known = knownTable(info)
    const guess = known ?? patientTable(info)
    proposed[info.table] = guess
    if (!known) isKnown = false
    const used = new Set(Object.values(guess.fields).flatMap((origin) => (typeof origin === 'string' ? [origin] : (origin.column ?? []))))
    unmatched[info.table] = info.header.filter((column) => !used.has(column) && !guess.id?.includes(column))
  }
  const columns = tables.flatMap(({ columns }) => columns)
  const dates = order(columns)
  return { mapping: { name, ...(dates ? { dates } : {}), ...(isKnown ? { currency: syntheaMapping.currency } : {}), tables: proposed }, unmatched, isKnown }
}

/** The order of day and month that some date of the files gives away; undefined while all could be read both ways. */
function order(columns: readonly ColumnInfo[]): 'dmy' | 'mdy' | undefined {
  const dayFirst = columns.reduce((sum, column) => sum + column.dayFirst, 0)
  const monthFirst = columns.reduce((sum, column) => sum + column.monthFirst, 0)
  if (dayFirst > 0 === monthFirst > 0) return undefined
  return dayFirst > 0 ? 'dmy' : 'mdy'
}

function knownTable(info: TableInfo): TableMapping | undefined {
  const mapping = syntheaMapping.tables[info.table]
  if (!mapping) return undefined
  const wanted = [
    ...Object.values(mapping.fields).flatMap((origin) => (typeof origin === 'string' ? [origin] : (origin.column ?? []))),
    ...(mapping.id ?? []),
    ...(mapping.patient ? [mapping.patient.column] : []),
  ]
  return wanted.every((column) => info.header.includes(column)) ? mapping : undefined
}

function patientTable(info: TableInfo): TableMapping {
  const fields: Record<string, FieldMapping> = {}
  for (const { field, names } of patientWords) {
    // The first name that fits wins, so that "first name" is preferred to a column that is merely called "first".
    const column = names.map((word) => info.header.find((header) => bare(header) === word)).find((found) => found !== undefined)
    if (column !== undefined && !Object.values(fields).some((origin) => origin.column === column)) fields[field] = { column, ...patientFields[field] }
  }
  const id = info.header.find((header) => idNames.has(bare(header))) ?? fields.recordNumber?.column
  if (!fields.familyName) return { kind: 'otherResource', fields: {}, ...(id === undefined ? {} : { id: [id] }) }
  return { kind: 'patient', ...(id === undefined ? {} : { id: [id] }), fields }
}
