import { Button, Progress } from '@mantine/core'
import { useTexts } from '../../i18n/texts.js'
import classes from './exchange.module.css'
import { texts } from './texts.js'

/** How far something is, with a way to stop it. Without a share only that it goes on is known. */
export function TaskRow({ label, share, onCancel }: { label: string; share?: number; onCancel?: () => void }) {
  const t = useTexts(texts)
  return (
    <div className={classes.task}>
      <span role="status">{label}</span>
      <Progress value={share === undefined ? 100 : share * 100} animated={share === undefined} aria-label={label} className={classes.progress} />
      {onCancel && (
        <Button variant="default" size="compact-sm" onClick={onCancel}>
          {t('cancel')}
        </Button>
      )}
    </div>
  )
}
