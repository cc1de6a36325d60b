import { Button, FileButton, Group } from '@mantine/core'
import { Dropzone, type FileWithPath } from '@mantine/dropzone'
import { IconFileImport } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { useTexts } from '../../i18n/texts.js'
import { EmptyState } from '../../ui/empty-state.js'
import { Panel } from '../../ui/page-header.js'
import classes from './exchange.module.css'
import { texts } from './texts.js'

/** A file to import, with its name below the folder that was chosen. */
export interface Chosen {
  name: string
  file: File
}

const readable = /\.(json|ndjson|jsonl|csv|tsv|txt)$/i

/** Names below the chosen folder, without the folder's own, which may name somebody. Files that no import reads stay out. */
function chosenOf(files: readonly File[]): Chosen[] {
  return files.flatMap((file) => {
    const path = ((file as FileWithPath).path ?? file.webkitRelativePath ?? file.name).replace(/^\.?\//, '')
    const steps = (path || file.name).split('/')
    const name = steps.length > 1 ? steps.slice(1).join('/') : file.name
    return readable.test(name) && !name.split('/').some((step) => step.startsWith('.')) ? [{ name, file }] : []
  })
}

/** Choosing files or a folder, by button or by dropping them. */
export function ChooseFiles({ onChosen }: { onChosen: (chosen: readonly Chosen[]) => void }) {
  const t = useTexts(texts)
  const folder = useRef<HTMLInputElement>(null)
  const [isNothing, setNothing] = useState(false)
  const take = (files: readonly File[]): void => {
    const chosen = chosenOf(files)
    setNothing(files.length > 0 && chosen.length === 0)
    if (chosen.length > 0) onChosen(chosen)
  }
  return (
    <Panel title={t('chooseTitle')}>
      <Dropzone onDrop={take} activateOnClick={false} inputProps={{ 'aria-label': t('dropHere') }} className={classes.drop}>
        <EmptyState icon={<IconFileImport size={22} />} title={t('dropHere')} text={t('dropText')}>
          <Group justify="center">
            <FileButton onChange={take} multiple accept=".json,.ndjson,.jsonl,.csv,.tsv,.txt">
              {(props) => <Button {...props}>{t('chooseFiles')}</Button>}
            </FileButton>
            <Button variant="default" onClick={() => folder.current?.click()}>
              {t('chooseFolder')}
            </Button>
          </Group>
        </EmptyState>
      </Dropzone>
      <input
        ref={(input) => {
          folder.current = input
          input?.setAttribute('webkitdirectory', '')
        }}
        type="file"
        hidden
        data-folder
        aria-label={t('chooseFolder')}
        onChange={({ currentTarget }) => {
          take([...(currentTarget.files ?? [])])
          currentTarget.value = ''
        }}
      />
      {isNothing && (
        <p role="alert" className={classes.problem}>
          {t('nothingReadable')}
        </p>
      )}
      <p className={classes.quiet}>{t('safeText')}</p>
    </Panel>
  )
}
