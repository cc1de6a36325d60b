import { Button } from '@mantine/core'
import { IconDeviceDesktop, IconDevices } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { FieldVersion } from '../../../shared/contract/review.js'
import { FieldValue, useWritten } from '../../app/records/written.js'
import { useTexts } from '../../i18n/texts.js'
import { useShortcut } from '../../ui/shortcuts.js'
import { StatusPill } from '../../ui/status-pill.js'
import classes from './review.module.css'
import { texts } from './texts.js'

/** A surface of the side by side: where it comes from, what it is, and what can be done with it. */
export function Side({
  title,
  note,
  mark,
  children,
  action,
}: {
  title: ReactNode
  note?: ReactNode
  mark?: ReactNode
  children: ReactNode
  action?: ReactNode
}) {
  return (
    <li className={classes.side}>
      <div className={classes.sideHead}>
        <h3 className={classes.sideTitle}>{title}</h3>
        {mark}
        {note && <p className={classes.sideNote}>{note}</p>}
      </div>
      <div className={classes.sideBody}>{children}</div>
      {action}
    </li>
  )
}

interface VersionCardProps {
  version: FieldVersion
  kind: string
  /** Place among the versions, from 1: the key that chooses it. */
  number: number
  isShown: boolean
  onChoose?: (() => void) | undefined
  isRunning: boolean
}

function ChooseKey({ number, onChoose }: { number: number; onChoose: () => void }) {
  const t = useTexts(texts)
  useShortcut(String(number), t('useVersion', { number }), onChoose)
  return null
}

/** One version of a field with who wrote it, and the button that chooses it. */
export function VersionCard({ version, kind, number, isShown, onChoose, isRunning }: VersionCardProps) {
  const t = useTexts(texts)
  const { where, byWhom, when } = useWritten()
  const Sign = version.isHere ? IconDeviceDesktop : IconDevices
  return (
    <Side
      title={
        <>
          <Sign size={17} stroke={1.75} aria-hidden /> <bdi>{where(version)}</bdi>
        </>
      }
      note={
        <>
          {when(version)} · <bdi>{byWhom(version)}</bdi>
        </>
      }
      mark={isShown && <StatusPill tone="info">{t('shownNow')}</StatusPill>}
      action={
        onChoose && (
          <Button
            variant={isShown ? 'filled' : 'default'}
            disabled={isRunning}
            onClick={onChoose}
            aria-label={t('chooseLabel', { where: where(version), when: when(version) })}
          >
            {t('choose')}
          </Button>
        )
      }
    >
      {number <= 9 && onChoose && <ChooseKey number={number} onChoose={onChoose} />}
      <FieldValue value={version} kind={kind} />
    </Side>
  )
}
