import { Select, Table } from '@mantine/core'
import type { Inspection } from '../../../shared/contract/exchange.js'
import { type CsvMapping, originOf, patientFields, type TableMapping } from '../../../shared/csv-mapping.js'
import { useTexts } from '../../i18n/texts.js'
import classes from './exchange.module.css'
import { texts } from './texts.js'

const fieldTexts = {
  familyName: 'familyName',
  givenName: 'givenName',
  birthDate: 'birthDate',
  sex: 'sex',
  phone: 'phone',
  email: 'email',
  'address.line': 'addressLine',
  'address.city': 'city',
  'address.state': 'state',
  'address.postalCode': 'postalCode',
  'address.country': 'country',
  insuranceNumber: 'insuranceNumber',
  recordNumber: 'recordNumber',
  language: 'language',
  alert: 'alert',
  deceasedAt: 'deceasedAt',
} as const
const isKnownField = (field: string): field is keyof typeof fieldTexts => Object.hasOwn(fieldTexts, field)

interface Props {
  info: Inspection['tables'][number]
  mapping: CsvMapping
  onChange: (mapping: CsvMapping) => void
}

/** The columns of one table with a sample, and what each becomes. */
export function MappingTable({ info, mapping, onChange }: Props) {
  const t = useTexts(texts)
  const table = mapping.tables[info.table]
  if (!table) return null
  const change = (next: TableMapping): void => onChange({ ...mapping, tables: { ...mapping.tables, [info.table]: next } })
  const fieldOf = (column: string): string | undefined => Object.entries(table.fields).find(([, origin]) => originOf(origin).column === column)?.[0]
  const isEditable = table.kind === 'patient' || table.kind === 'otherResource'
  const choose = (column: string, field: string): void => {
    const fields = Object.fromEntries(Object.entries(table.fields).filter(([name, origin]) => name !== field && originOf(origin).column !== column))
    change({ ...table, fields: field === '' ? fields : { ...fields, [field]: { column, ...patientFields[field] } } })
  }
  const label = (field: string | undefined): string => (field === undefined ? t('keepColumn') : isKnownField(field) ? t(fieldTexts[field]) : field)
  return (
    <section className={classes.mapping} aria-label={info.file}>
      <h3 className={classes.mappingTitle}>
        <bdi>{info.file}</bdi>
      </h3>
      {isEditable ? (
        <div className={classes.choices}>
          <Select
            label={t('becomes')}
            value={table.kind}
            data={[
              { value: 'patient', label: t('becomesPatients') },
              { value: 'otherResource', label: t('becomesKept') },
            ]}
            allowDeselect={false}
            onChange={(kind) => change({ ...table, kind: kind ?? table.kind, fields: kind === 'patient' ? table.fields : {} })}
          />
          <Select
            label={t('namedBy')}
            description={t('namedByText')}
            value={table.id?.[0] ?? ''}
            data={[{ value: '', label: t('namedByAll') }, ...info.header.map((column) => ({ value: column, label: column }))]}
            allowDeselect={false}
            onChange={(column) => {
              const { id: _, ...rest } = table
              change(column ? { ...rest, id: [column] } : rest)
            }}
          />
        </div>
      ) : (
        <p className={classes.quiet}>{t('knownTable')}</p>
      )}
      <Table.ScrollContainer minWidth={520}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('column')}</Table.Th>
              <Table.Th>{t('sample')}</Table.Th>
              <Table.Th>{t('field')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {info.header.map((column, at) => (
              <Table.Tr key={column}>
                <Table.Td>
                  <bdi>{column}</bdi>
                </Table.Td>
                <Table.Td className={classes.sample}>
                  <bdi>{info.sample.flatMap((row) => row[at] || []).join(' · ') || '–'}</bdi>
                </Table.Td>
                <Table.Td>
                  {isEditable && table.kind === 'patient' ? (
                    <Select
                      aria-label={t('fieldOf', { column })}
                      size="xs"
                      searchable
                      value={fieldOf(column) ?? ''}
                      data={[{ value: '', label: t('keepColumn') }, ...Object.keys(patientFields).map((field) => ({ value: field, label: label(field) }))]}
                      allowDeselect={false}
                      onChange={(field) => choose(column, field ?? '')}
                    />
                  ) : (
                    label(fieldOf(column))
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </section>
  )
}
