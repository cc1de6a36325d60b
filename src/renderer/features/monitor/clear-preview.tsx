import { Button, Group, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { ClearPreview as Preview } from '../../../shared/contract/monitor-acts.js'
import { api, rpc } from '../../api/client.js'
import { refusedFields } from '../../api/errors.js'
import { useCommand } from '../../api/use-command.js'
import { useSession } from '../../app/session.js'
import { useFormats } from '../../i18n/formats.js'
import { useLanguage, useTexts } from '../../i18n/texts.js'
import { AsOf } from '../../ui/as-of.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import table from '../../ui/table.module.css'
import { categoryNames } from './category-names.js'
import { texts } from './clear-texts.js'
import classes from './monitor.module.css'
import { Table } from './table.js'

/** What would be forgotten, and what that means for whoever asks next. */
function Effect({ preview: { categories, here, server, asOf } }: { preview: Preview }) {
  const t = useTexts(texts)
  const language = useLanguage()
  const { number } = useFormats()
  return (
    <>
      <div className={classes.row}>
        <h3 className={classes.group}>{t('wouldTitle')}</h3>
        <AsOf at={asOf} />
      </div>
      <p className={classes.sentence}>
        {here === 0 ? t('nothingHere') : t('wouldForget', { count: here })} {server === null ? t('serverAway') : t('atServer', { count: server })}
      </p>
      {categories.length > 0 && (
        <Table label={t('wouldTitle')} columns={[t('kind'), { title: t('here'), isNumber: true }, t('effect')]}>
          {categories.map(({ category, here: count, effect }) => (
            <tr key={category}>
              <th scope="row">{categoryNames[category][language]}</th>
              <td className={table.number}>{number(count)}</td>
              <td>{t(effect)}</td>
            </tr>
          ))}
        </Table>
      )}
    </>
  )
}

/** What a clearing would do, and the button that does it; for everything the clinic's name is typed first. */
export function ClearPreview({ preview, onEnd }: { preview: Preview; onEnd: () => void }) {
  const t = useTexts(texts)
  const client = useQueryClient()
  const { clinic } = useSession()
  const [typed, setTyped] = useState('')
  const clear = useCommand(api.monitor.clear.pattern)
  const { pattern, needsConfirmation } = preview
  const isSure = !needsConfirmation || typed.trim().toLowerCase() === clinic.name.trim().toLowerCase()
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (!isSure) return
    const done = await clear.run({ pattern, ...(needsConfirmation && { confirm: clinic.name }) })
    if (!done) return
    void client.invalidateQueries({ queryKey: rpc.monitor.clear.reports.key() })
    void client.invalidateQueries({ queryKey: rpc.monitor.cache.key() })
    onEnd()
  }
  const isRefused = refusedFields(clear.error).some(({ path }) => path === 'confirm')
  return (
    <form className={classes.column} onSubmit={(event) => void submit(event)} noValidate>
      <Effect preview={preview} />
      {needsConfirmation && (
        <TextInput
          className={classes.choice}
          label={t('confirm', { name: clinic.name })}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={isRefused ? t('confirmWrong') : undefined}
        />
      )}
      {!isRefused && <ErrorNotice error={clear.error} />}
      <Group gap="xs">
        <Button type="submit" color="red" leftSection={<IconTrash size={16} aria-hidden />} loading={clear.isRunning} disabled={!isSure}>
          {t('clear')}
        </Button>
        <Button variant="default" onClick={onEnd}>
          {t('cancel')}
        </Button>
      </Group>
    </form>
  )
}
