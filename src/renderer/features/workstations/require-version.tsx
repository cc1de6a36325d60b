import { Button, Group, Modal, Stack } from '@mantine/core'
import { IconVersions } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, queryClient, rpc } from '../../api/client.js'
import { useCommand } from '../../api/use-command.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { useReturnFocus } from '../../ui/return-focus.js'
import { texts } from './texts.js'
import classes from './workstations.module.css'

function Dialog({ older, onClose }: { older: readonly { id: string; name: string }[]; onClose: () => void }) {
  const t = useTexts(texts)
  const command = useCommand(api.workstations.requireVersion)
  const submit = async (): Promise<void> => {
    if (!(await command.run({}))) return
    await queryClient.invalidateQueries({ queryKey: rpc.sync.workstations.key() })
    onClose()
  }
  useReturnFocus()
  return (
    <Modal opened onClose={onClose} title={t('requireTitle')} closeButtonProps={{ 'aria-label': t('close') }} size="md">
      <Stack gap="md">
        <p className={classes.text}>{t('requireText')}</p>
        {older.length === 0 ? (
          <p className={classes.text}>{t('requireNone')}</p>
        ) : (
          <div className={classes.warning}>
            {t('requireOlder')}
            <ul className={classes.steps}>
              {older.map(({ id, name }) => (
                <li key={id}>
                  <bdi>{name}</bdi>
                </li>
              ))}
            </ul>
          </div>
        )}
        <ErrorNotice error={command.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button onClick={() => void submit()} loading={command.isRunning}>
            {t('requireDo')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

/** Requires this program's version of every workstation, or says that it is required. */
export function RequireVersion() {
  const t = useTexts(texts)
  const [isOpen, setIsOpen] = useState(false)
  const { data } = useQuery(rpc.sync.workstations.queryOptions({ input: {} }))
  if (!data) return null
  const { schema, leastSchema, items } = data
  if (leastSchema >= schema) return <p className={classes.note}>{t('required')}</p>
  const older = items.filter((line) => line.removedAt === undefined && (line.schema ?? 0) < schema)
  return (
    <>
      <Button variant="subtle" size="compact-sm" leftSection={<IconVersions size={16} aria-hidden />} onClick={() => setIsOpen(true)}>
        {t('requireVersion')}
      </Button>
      {isOpen && <Dialog older={older} onClose={() => setIsOpen(false)} />}
    </>
  )
}
