import { Button, Modal, Textarea, TextInput } from '@mantine/core'
import { IconChevronLeft, IconChevronRight, IconDownload, IconTrash } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { type KeyboardEvent, type ReactNode, useState } from 'react'
import type { Media } from '../../../shared/contract/media.js'
import type { PatientHit } from '../../../shared/contract/patients.js'
import { api } from '../../api/client.js'
import { useCommand } from '../../api/use-command.js'
import { useSession } from '../../app/session.js'
import { useFormats } from '../../i18n/formats.js'
import { useTexts } from '../../i18n/texts.js'
import { ErrorNotice } from '../../ui/error-notice.js'
import { useReturnFocus } from '../../ui/return-focus.js'
import { useToasts } from '../../ui/toasts.js'
import classes from './media.module.css'
import { clock } from './media-grid.js'
import { contentAddress, thumbnailAddress } from './send.js'
import { texts } from './texts.js'

type Shown = Media & { patient?: PatientHit }

/** Saves the original through a link, so that the browser asks where to. */
function Download({ media, isLight }: { media: Media; isLight?: boolean }) {
  const t = useTexts(texts)
  return (
    <Button
      component="a"
      href={contentAddress(media.id, true)}
      download
      variant={isLight ? 'white' : 'default'}
      color="dark"
      leftSection={<IconDownload size={16} aria-hidden />}
    >
      {t('download')}
    </Button>
  )
}

function Cannot({ media, text }: { media: Media; text: string }) {
  const t = useTexts(texts)
  return (
    <div className={classes.cannot}>
      <p className={classes.cannotTitle}>{t('cannotShow')}</p>
      <p>{text}</p>
      <Download media={media} isLight />
    </div>
  )
}

/** The file itself: an image that fits or shows every pixel, a video that plays from this workstation, or why neither. */
function Stage({ media }: { media: Media }) {
  const t = useTexts(texts)
  const [isFit, setIsFit] = useState(true)
  const [isBroken, setIsBroken] = useState(false)
  if (isBroken) return <Cannot media={media} text={t('cannotShowBroken')} />
  if (!media.isShown) return <Cannot media={media} text={t(/hei[cf]/.test(media.mimeType) ? 'cannotShowHeic' : 'cannotShowOther')} />
  if (media.kind === 'video')
    return (
      // biome-ignore lint/a11y/useMediaCaption: captions are made later, in the caption editor
      <video
        key={media.id}
        src={contentAddress(media.id)}
        poster={media.hasThumbnail ? thumbnailAddress(media.id) : undefined}
        controls
        preload="metadata"
        aria-label={media.title ?? t('untitled')}
        onError={() => setIsBroken(true)}
      />
    )
  return (
    <button type="button" className={classes.zoom} data-fit={isFit || undefined} aria-label={t(isFit ? 'actual' : 'fit')} onClick={() => setIsFit(!isFit)}>
      <img key={media.id} src={contentAddress(media.id)} alt={media.title ?? t('untitled')} onError={() => setIsBroken(true)} />
    </button>
  )
}

function Facts({ media }: { media: Shown }) {
  const t = useTexts(texts)
  const { dateTime, number, locale } = useFormats()
  const [value, unit] = media.bytes >= 1e6 ? ([media.bytes / 1e6, 'megabyte'] as const) : ([media.bytes / 1e3, 'kilobyte'] as const)
  const rows: [string, ReactNode][] = [
    ...(media.patient
      ? ([
          [
            t('patient'),
            <Link key="patient" to="/patients/$patientId" params={{ patientId: media.patient.id }}>
              <bdi>{[media.patient.familyName, media.patient.givenName].filter(Boolean).join(', ')}</bdi>
            </Link>,
          ],
        ] as [string, ReactNode][])
      : []),
    ...(media.addedAt ? ([[t('addedAt'), dateTime(media.addedAt)]] as [string, ReactNode][]) : []),
    [t('type'), <bdi key="type">{media.mimeType}</bdi>],
    [t('size'), new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits: 1 }).format(value)],
    ...(media.width && media.height
      ? ([[t('pixels'), <bdi key="pixels" dir="ltr">{`${number(media.width)} × ${number(media.height)}`}</bdi>]] as [string, ReactNode][])
      : []),
    ...(media.durationSeconds === undefined ? [] : ([[t('duration'), clock(media.durationSeconds)]] as [string, ReactNode][])),
  ]
  return (
    <dl className={classes.facts}>
      {rows.map(([name, fact]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd>{fact}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Title and note, for those who may write. */
function Description({ media }: { media: Media }) {
  const t = useTexts(texts)
  const toasts = useToasts()
  const [title, setTitle] = useState(media.title ?? '')
  const [note, setNote] = useState(media.note ?? '')
  const edit = useCommand(api.media.edit)
  const isDirty = title.trim() !== (media.title ?? '') || note.trim() !== (media.note ?? '')
  const save = async (): Promise<void> => {
    const done = await edit.run({ id: media.id, title: title.trim() || null, note: note.trim() || null })
    if (done) toasts.done(t('saved'))
  }
  return (
    <form
      style={{ display: 'contents' }}
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <TextInput label={t('name')} maxLength={300} autoComplete="off" value={title} onChange={(event) => setTitle(event.currentTarget.value)} />
      <Textarea label={t('note')} maxLength={20_000} autosize minRows={2} maxRows={8} value={note} onChange={(event) => setNote(event.currentTarget.value)} />
      <ErrorNotice error={edit.error} />
      {isDirty && (
        <div>
          <Button type="submit" loading={edit.isRunning}>
            {t('save')}
          </Button>
        </div>
      )}
    </form>
  )
}

function Removal({ media, onRemoved }: { media: Media; onRemoved: () => void }) {
  const t = useTexts(texts)
  const toasts = useToasts()
  const [isAsking, setIsAsking] = useState(false)
  const remove = useCommand(api.media.remove)
  if (!isAsking)
    return (
      <div className={classes.actions}>
        <Download media={media} />
        <Button variant="default" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setIsAsking(true)}>
          {t('remove')}
        </Button>
      </div>
    )
  return (
    <fieldset className={classes.ask}>
      <legend>{t('removeTitle')}</legend>
      <p>{t('removeText')}</p>
      <ErrorNotice error={remove.error} />
      <div className={classes.actions}>
        <Button autoFocus variant="default" onClick={() => setIsAsking(false)}>
          {t('cancel')}
        </Button>
        <Button
          color="red"
          loading={remove.isRunning}
          onClick={() =>
            void remove.run({ id: media.id }).then((done) => {
              if (!done) return
              toasts.done(t('removed'))
              onRemoved()
            })
          }
        >
          {t('remove')}
        </Button>
      </div>
    </fieldset>
  )
}

/** One file, large, with the ones beside it a key away. */
export function MediaViewer({
  items,
  openId,
  onOpen,
  onClose,
}: {
  items: readonly Shown[]
  openId: string
  onOpen: (id: string) => void
  onClose: () => void
}) {
  const t = useTexts(texts)
  const { can } = useSession()
  useReturnFocus()
  const at = items.findIndex(({ id }) => id === openId)
  const media = items[at]
  const before = items[at - 1]
  const after = items[at + 1]
  const press = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement
    // Arrows belong to the player and to text fields first.
    if (/^(INPUT|TEXTAREA|VIDEO)$/.test(target.tagName)) return
    const isRight = event.key === 'ArrowRight'
    if (!isRight && event.key !== 'ArrowLeft') return
    const to = isRight === (document.documentElement.dir !== 'rtl') ? after : before
    if (to) onOpen(to.id)
  }
  if (!media) return null
  return (
    <Modal
      opened
      onClose={onClose}
      fullScreen
      radius={0}
      padding={0}
      title={
        <>
          <bdi>{media.title ?? t('untitled')}</bdi> <span className={classes.quiet}>{t('position', { at: at + 1, count: items.length })}</span>
        </>
      }
      closeButtonProps={{ 'aria-label': t('close') }}
      styles={{
        header: { paddingInline: 16, borderBottom: '1px solid var(--app-line)' },
        content: { display: 'flex', flexDirection: 'column' },
        body: { flex: 1, minHeight: 0 },
      }}
      onKeyDown={press}
    >
      <div className={classes.viewer}>
        <div className={classes.stageArea}>
          <div className={classes.stage}>
            <Stage key={media.id} media={media} />
          </div>
          {before && (
            <button type="button" className={classes.step} data-to="previous" aria-label={t('previous')} onClick={() => onOpen(before.id)}>
              <IconChevronLeft size={24} aria-hidden />
            </button>
          )}
          {after && (
            <button type="button" className={classes.step} data-to="next" aria-label={t('next')} onClick={() => onOpen(after.id)}>
              <IconChevronRight size={24} aria-hidden />
            </button>
          )}
        </div>
        <section className={classes.side} aria-label={t('details')}>
          {can('media.write') ? <Description key={media.id} media={media} /> : media.note && <p>{media.note}</p>}
          <Facts media={media} />
          {can('media.write') ? (
            <Removal
              key={`remove ${media.id}`}
              media={media}
              onRemoved={() => {
                const next = after ?? before
                if (next) onOpen(next.id)
                else onClose()
              }}
            />
          ) : (
            <Download media={media} />
          )}
        </section>
      </div>
    </Modal>
  )
}
