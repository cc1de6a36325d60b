import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { api, queryClient, rpc } from '../../api/client.js'
import { useCommand } from '../../api/use-command.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { useReturnFocus } from '../../ui/return-focus.js'
import { texts } from './texts.js'
import classes from './workstations.module.css'

interface RemoveProps {
  id: string
  name: string
  waiting?: number | undefined
  onClose: () => void
}

/** What has to be done after a removal, which no program can do: the server's password is known on the removed computer. */
function Afterwards({ isKeyRenewed, onClose }: { isKeyRenewed: boolean; onClose: () => void }) {
  const t = useTexts(texts)
  return (
    <Stack gap="md">
      <p role="status">{t(isKeyRenewed ? 'removedNow' : 'removedLater')}</p>
      <p className={classes.warning}>{t('changePassword')}</p>
      <Group justify="flex-end">
        <Button onClick={onClose}>{t('understood')}</Button>
      </Group>
    </Stack>
  )
}

function Form({ id, name, waiting, onClose, onRemoved }: RemoveProps & { onRemoved: (removed: { isKeyRenewed: boolean }) => void }) {
  const t = useTexts(texts)
  const [typed, setTyped] = useState('')
  const remove = useCommand((input: { id: string; commandId: string }) => api.workstations.remove({ id: input.id }))
  const submit = async (): Promise<void> => {
    const removed = await remove.run({ id })
    if (!removed) return
    onRemoved(removed)
    await queryClient.invalidateQueries({ queryKey: rpc.sync.workstations.key() })
  }
  const isSure = typed.trim().toLowerCase() === name.trim().toLowerCase()
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isSure) void submit()
      }}
    >
      <Stack gap="md">
        <ul className={classes.steps}>
          <li>{t('removeText1')}</li>
          <li>{t('removeText2')}</li>
          <li>{t('removeText3')}</li>
        </ul>
        {waiting !== undefined && waiting > 0 && <p className={classes.warning}>{t('removeWaiting', { count: waiting })}</p>}
        <TextInput
          label={t('removeConfirm', { name })}
          data-autofocus
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <ErrorNotice error={remove.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" color="red" loading={remove.isRunning} disabled={!isSure}>
            {t('remove')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** Removes a workstation from the clinic. The name is typed to be sure: it cannot be taken back, only be invited again. */
export function RemoveDialog(props: RemoveProps) {
  const t = useTexts(texts)
  const [removed, setRemoved] = useState<{ isKeyRenewed: boolean }>()
  const { name, onClose } = props
  useReturnFocus()
  return (
    <Modal opened onClose={onClose} title={t('removeTitle', { name })} closeButtonProps={{ 'aria-label': t('close') }} size="md">
      {removed ? <Afterwards {...removed} onClose={onClose} /> : <Form {...props} onRemoved={setRemoved} />}
    </Modal>
  )
}
