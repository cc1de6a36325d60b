import { TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { rpc } from '../../api/client.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorState } from '../../ui/error-state.js'
import { Panel } from '../../ui/page-header.js'
import { Facts } from './facts.js'
import licences from './licences.json' with { type: 'json' }
import classes from './settings.module.css'
import { texts } from './texts.js'

const keyTexts = { system: 'keySystem', keyFile: 'keyFile', passphrase: 'keyPassphrase' } as const
const systems: Readonly<Record<string, string>> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' }

/** The program, this workstation, and the licences of what it is made of. */
export function AboutSection() {
  const t = useTexts(texts)
  const { number } = useFormats()
  const [query, setQuery] = useState('')
  const { data, error, refetch } = useQuery(rpc.settings.about.queryOptions({ input: {} }))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return null
  const wanted = query.trim().toLowerCase()
  const shown = licences.filter(({ name, licence }) => `${name} ${licence}`.toLowerCase().includes(wanted))
  return (
    <>
      <Panel title={t('program')}>
        <Facts
          rows={[
            [t('version'), <bdi key="version">MedInsight Hub {data.version}</bdi>],
            [t('workstation'), <bdi key="workstation">{data.workstationName}</bdi>],
            [t('operatingSystem'), systems[data.platform] ?? data.platform],
            [
              t('clinicId'),
              <bdi key="clinic" className={classes.code}>
                {data.clinicId}
              </bdi>,
            ],
          ]}
        />
      </Panel>
      <Panel title={t('dataFolder')}>
        <Facts
          rows={[
            ...(data.folder
              ? [
                  [
                    t('folder'),
                    <bdi key="folder" dir="ltr" className={classes.code}>
                      {data.folder}
                    </bdi>,
                  ] as const,
                ]
              : []),
            [t('encryption'), t('encryptionText')],
            [t('databaseKey'), t(keyTexts[data.keyStore])],
          ]}
        />
      </Panel>
      <Panel title={t('licences')}>
        <p className={classes.text}>{t('licencesText', { count: number(licences.length) })}</p>
        <TextInput
          className={classes.search}
          type="search"
          aria-label={t('findLicence')}
          placeholder={t('findLicence')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
        />
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <ul className={classes.licences} aria-label={t('licences')} tabIndex={0}>
          {shown.map(({ name, version, licence }) => (
            <li key={`${name} ${version}`}>
              <bdi dir="ltr">
                {name} <span className={classes.quiet}>{version}</span>
              </bdi>
              <bdi dir="ltr">{licence}</bdi>
            </li>
          ))}
        </ul>
      </Panel>
    </>
  )
}
