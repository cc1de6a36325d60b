import { Alert } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { conflictsOf, refusedFields } from '../../api/errors.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { texts } from './texts.js'

const known = {
  importRunning: 'importRunning',
  nothingToRead: 'nothingReadable',
  notImportable: 'nothingReadable',
  tooLarge: 'tooMuch',
  relative: 'folderRelative',
  inside: 'folderInside',
  notEmpty: 'folderNotEmpty',
  unusable: 'folderUnusable',
  too_small: 'folderRelative',
} as const

/** What went wrong with an import or export, in the words of this screen where it has some. */
export function ExchangeError({ error }: { error: unknown }) {
  const t = useTexts(texts)
  const code = refusedFields(error)[0]?.code ?? conflictsOf(error)[0]?.code
  const key = code !== undefined && Object.hasOwn(known, code) ? known[code as keyof typeof known] : undefined
  if (!key) return <ErrorNotice error={error} />
  return (
    <Alert icon={<IconAlertTriangle size={18} />} title={t('notPossible')} role="alert" mb="md">
      {t(key)}
    </Alert>
  )
}
