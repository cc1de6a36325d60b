import { IconEye, IconPencil } from '@tabler/icons-react'
import type { Opening, AlsoOpen as Somebody } from '../../shared/contract/presence.js'
import { useAlsoOpen } from '../api/presence.js'
import { useTexts } from '../i18n/texts.js'
import classes from './live.module.css'
import { texts } from './live-texts.js'

/** Who is named; the others of a crowd are counted. */
const named = 3

function useSentence(): (who: Somebody) => string {
  const t = useTexts(texts)
  return ({ isYou, isEditing, isThisWorkstation, displayName, workstation }) => {
    if (isYou && isThisWorkstation) return t(isEditing ? 'youEdit' : 'youOpen')
    if (isYou) return t(isEditing ? 'youEditAt' : 'youOpenAt', { workstation })
    return t(isEditing ? 'editing' : 'open', { name: displayName, workstation })
  }
}

/**
 * Says that this window has a record open, and in a quiet line who else has; a screen reader hears it when it is free. It hinders nobody: two edits
 * of one record meet in Review at the worst.
 */
export function AlsoOpen({ kind, id, isEditing = false }: { kind: Opening['kind']; id: string; isEditing?: boolean }) {
  const others = useAlsoOpen(kind, id, isEditing)
  const t = useTexts(texts)
  const sentence = useSentence()
  return (
    <div className={classes.also} role="status">
      {[...others.filter(({ isEditing: is }) => is), ...others.filter(({ isEditing: is }) => !is)].slice(0, named).map((who) => (
        <div key={`${who.userId} ${who.workstation}`} className={classes.alsoLine} data-editing={who.isEditing || undefined}>
          {who.isEditing ? <IconPencil size={15} aria-hidden /> : <IconEye size={15} aria-hidden />}
          {sentence(who)}
        </div>
      ))}
      {others.length > named && <div className={classes.alsoLine}>{t('moreOpen', { count: others.length - named })}</div>}
    </div>
  )
}
