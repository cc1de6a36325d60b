import { Button, CopyButton, Modal, Stack } from '@mantine/core'
import { IconCheck, IconCopy, IconUserPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, rpc } from '../../api/client.js'
import { codeOf } from '../../api/errors.js'
import { useCommand } from '../../api/use-command.js'
import { LimitLeft } from '../../app/limit-left.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { QrPicture } from '../../ui/qr-picture.js'
import { useNow } from '../../ui/use-now.js'
import { texts } from './texts.js'
import classes from './workstations.module.css'

type Invited = Awaited<ReturnType<typeof api.workstations.invite>>

/** The server's address as another computer reaches it: one that names this computer itself helps nobody. */
function useServerAddress(): string | undefined {
  const { data } = useQuery(rpc.settings.server.get.queryOptions({ input: {} }))
  const { url, host, port } = data ?? {}
  const address = url?.value ?? (host?.value && `redis://${host.value}${port?.value ? `:${port.value}` : ''}`)
  return address && !/localhost|127\.0\.0\.|\[?::1/.test(address) ? address : undefined
}

/** The code to type on the other computer, and until when. It is shown once and kept nowhere. */
function Code({ code, expiresAt }: Invited) {
  const t = useTexts(texts)
  const { time } = useFormats()
  const now = useNow(10_000)
  const address = useServerAddress()
  const isOver = now >= Date.parse(expiresAt)
  return (
    <Stack gap="md">
      <ol className={classes.steps}>
        <li>{t('inviteStep1')}</li>
        <li>
          {t('inviteStep2')} {address && <bdi dir="ltr">{address}</bdi>}
        </li>
        <li>{t('inviteStep3')}</li>
      </ol>
      <div className={classes.code} dir="ltr" data-testid="invitation-code" data-over={isOver || undefined}>
        {code.split('-').map((group, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two groups of a code may be the same
          <span key={place}>{group}</span>
        ))}
      </div>
      {!isOver && <QrPicture text={code} label={t('codePicture')} />}
      <p role="status" className={classes.note}>
        {t(isOver ? 'inviteOver' : 'inviteUntil', { time: time(expiresAt) })}
      </p>
      <CopyButton value={code}>
        {({ copied, copy }) => (
          <Button
            variant="default"
            leftSection={copied ? <IconCheck size={17} aria-hidden /> : <IconCopy size={17} aria-hidden />}
            onClick={copy}
            disabled={isOver}
          >
            {t(copied ? 'copied' : 'copy')}
          </Button>
        )}
      </CopyButton>
      <p className={classes.warning}>{t('inviteWarning')}</p>
    </Stack>
  )
}

/** Invites another computer into the clinic. */
export function InviteButton() {
  const t = useTexts(texts)
  const [invited, setInvited] = useState<Invited>()
  const [isOpen, setIsOpen] = useState(false)
  const invite = useCommand((_: { commandId: string }) => api.workstations.invite({}))
  const close = (): void => {
    setIsOpen(false)
    setInvited(undefined)
    invite.reset()
  }
  const run = async (): Promise<void> => {
    setIsOpen(true)
    setInvited(await invite.run({}))
  }
  return (
    <>
      <LimitLeft procedure="workstations.invite" isRunning={invite.isRunning} />
      <Button variant="default" size="compact-md" leftSection={<IconUserPlus size={17} aria-hidden />} onClick={() => void run()} loading={invite.isRunning}>
        {t('invite')}
      </Button>
      <Modal opened={isOpen && !invite.isRunning} onClose={close} title={t('inviteTitle')} closeButtonProps={{ 'aria-label': t('close') }} size="md">
        {invited && <Code {...invited} />}
        {codeOf(invite.error) === 'UNAVAILABLE' ? <p className={classes.warning}>{t('inviteNoServer')}</p> : <ErrorNotice error={invite.error} />}
      </Modal>
    </>
  )
}
