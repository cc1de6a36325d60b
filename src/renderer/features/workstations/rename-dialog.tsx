import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { api, queryClient, rpc } from '../../api/client.js'
import { useCommand } from '../../api/use-command.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { useReturnFocus } from '../../ui/return-focus.js'
import { useToasts } from '../../ui/toasts.js'
import { texts } from './texts.js'

/** Gives a workstation another name. */
export function RenameDialog({ id, name: before, onClose }: { id: string; name: string; onClose: () => void }) {
  const t = useTexts(texts)
  const toasts = useToasts()
  useReturnFocus()
  const [name, setName] = useState(before)
  const rename = useCommand(api.workstations.rename)
  const submit = async (): Promise<void> => {
    if (!(await rename.run({ id, name: name.trim() }))) return
    await queryClient.invalidateQueries({ queryKey: rpc.sync.workstations.key() })
    toasts.done(t('renamed'))
    onClose()
  }
  return (
    <Modal opened onClose={onClose} title={t('renameTitle')} closeButtonProps={{ 'aria-label': t('close') }} size="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <Stack gap="md">
          <TextInput label={t('name')} maxLength={60} data-autofocus value={name} onChange={(event) => setName(event.currentTarget.value)} />
          <ErrorNotice error={rename.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={rename.isRunning} disabled={!name.trim()}>
              {t('save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
