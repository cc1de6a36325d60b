import { IconFileTypePdf, IconPhoto, IconPlayerPlayFilled, IconVideo } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import type { Media } from '../../../shared/contract/media.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import classes from './media.module.css'
import { thumbnailAddress } from './send.js'
import { texts } from './texts.js'

/** Minutes and seconds, e.g. 1:05. */
export const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, '0')}`

const icons = { image: IconPhoto, video: IconVideo, document: IconFileTypePdf }

/** The small picture of a file, or the sign of its kind. */
function Thumbnail({ media }: { media: Media }) {
  const [isBroken, setIsBroken] = useState(false)
  const Icon = icons[media.kind]
  if (!media.hasThumbnail || isBroken) return <Icon className={classes.sign} size={40} stroke={1.25} aria-hidden />
  return <img className={classes.picture} src={thumbnailAddress(media.id)} alt="" loading="lazy" decoding="async" onError={() => setIsBroken(true)} />
}

/** Files as tiles; each is a button that opens it. */
export function MediaGrid<Item extends Media>({
  items,
  onOpen,
  noteOf,
}: {
  items: readonly Item[]
  onOpen: (item: Item) => void
  noteOf?: (item: Item) => ReactNode
}) {
  const t = useTexts(texts)
  const { dayOf } = useFormats()
  return (
    <ul className={classes.grid} aria-label={t('items')}>
      {items.map((item) => {
        const title = item.title ?? t('untitled')
        return (
          <li key={item.id} className={classes.tile}>
            <button type="button" className={classes.open} onClick={() => onOpen(item)} aria-label={t('open', { title })}>
              <span className={classes.frame}>
                <Thumbnail media={item} />
                {item.kind === 'video' && (
                  <span className={classes.mark} dir="ltr">
                    <IconPlayerPlayFilled size={12} aria-hidden />
                    {item.durationSeconds !== undefined && clock(item.durationSeconds)}
                  </span>
                )}
                {item.kind === 'document' && <span className={classes.mark}>PDF</span>}
              </span>
            </button>
            <div className={classes.caption}>
              <span className={classes.title} title={title}>
                <bdi>{title}</bdi>
              </span>
              <span className={classes.quiet}>{noteOf ? noteOf(item) : dayOf(item.takenAt ?? item.addedAt ?? item.changedAt)}</span>
            </div>
          </li>
        )
      })}
    </ul>
  )
}
