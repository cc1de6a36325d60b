import { Button, CopyButton, Group, Stack, TextInput } from '@mantine/core'
import { IconCheck, IconCopy, IconPrinter } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { useTexts } from '../../i18n/texts.js'
import { FrontPage } from '../../ui/front-page.js'
import classes from './first-run.module.css'
import { texts } from './texts.js'

const plain = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]/g, '')

/** The last group of a code written in groups, or its last four signs. */
const lastGroup = (code: string): string => code.split(/[\s-]+/).at(-1) || code.slice(-4)

/** Shows the recovery code once; the clinic opens when its last group was typed, which proves that it is on paper. */
export function RecoveryCode({ code, clinicName, onDone }: { code: string; clinicName: string; onDone: () => void }) {
  const t = useTexts(texts)
  const [typed, setTyped] = useState('')
  const [isWrong, setIsWrong] = useState(false)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const isRight = plain(typed) === plain(lastGroup(code)) || plain(typed) === plain(code)
    setIsWrong(!isRight)
    if (isRight) onDone()
  }
  return (
    <FrontPage title={t('codeTitle')} note={t('codeNote')} isWide>
      <p className={classes.printed}>{t('codeOf', { clinic: clinicName })}</p>
      <div className={classes.code} dir="ltr" data-testid="recovery-code">
        {code}
      </div>
      <Group className={classes.screenOnly} gap="xs" mb="md">
        <Button variant="default" leftSection={<IconPrinter size={17} aria-hidden />} onClick={() => window.print()}>
          {t('print')}
        </Button>
        <CopyButton value={code}>
          {({ copied, copy }) => (
            <Button variant="default" leftSection={copied ? <IconCheck size={17} aria-hidden /> : <IconCopy size={17} aria-hidden />} onClick={copy}>
              {t(copied ? 'copied' : 'copy')}
            </Button>
          )}
        </CopyButton>
      </Group>
      <p className={classes.keep}>{t('codeKeep')}</p>
      <form onSubmit={submit} className={classes.confirm}>
        <Stack gap="md">
          <TextInput
            label={t('codeConfirm')}
            dir="ltr"
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value)
              setIsWrong(false)
            }}
            error={isWrong ? t('codeWrong') : undefined}
          />
          <Button type="submit" size="md" disabled={!typed.trim()}>
            {t('start')}
          </Button>
        </Stack>
      </form>
    </FrontPage>
  )
}
