import { Button, FileButton } from '@mantine/core'
import { IconPhoto, IconUpload } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type DragEvent, useEffect, useRef, useState } from 'react'
import { rpc } from '../../api/client.js'
import { useSession } from '../../app/session.js'
import { useTexts } from '../../i18n/texts.js'
import { EmptyState } from '../../ui/empty-state.js'
import { ErrorState } from '../../ui/error-state.js'
import { useToasts } from '../../ui/toasts.js'
import { type Kind, KindFilter } from './kind-filter.js'
import classes from './media.module.css'
import { MediaGrid } from './media-grid.js'
import { texts } from './texts.js'
import { UploadList } from './upload-list.js'
import { useUploads } from './use-uploads.js'
import { MediaViewer } from './viewer.js'

const accepted = 'image/*,video/*,application/pdf,.heic,.heif'

/** Files that come from the clipboard while the chart is open and nobody is typing. */
function usePaste(onFiles: (files: File[]) => void, isOn: boolean): void {
  const latest = useRef(onFiles)
  latest.current = onFiles
  useEffect(() => {
    if (!isOn) return
    const paste = (event: ClipboardEvent): void => {
      const files = [...(event.clipboardData?.files ?? [])]
      if (files.length === 0 || document.querySelector('[aria-modal="true"]')) return
      event.preventDefault()
      latest.current(files)
    }
    addEventListener('paste', paste)
    return () => removeEventListener('paste', paste)
  }, [isOn])
}

const hasFiles = (event: DragEvent): boolean => [...event.dataTransfer.types].includes('Files')

/** Images, videos and PDFs of one patient: add by dropping, pasting or choosing, filter, open. For the chart's media tab. */
export function PatientMedia({ patientId }: { patientId: string }) {
  const t = useTexts(texts)
  const toasts = useToasts()
  const mayAdd = useSession().can('media.write')
  const [kind, setKind] = useState<Kind>('all')
  const [openId, setOpenId] = useState<string>()
  const [isDropping, setIsDropping] = useState(false)
  const uploads = useUploads(patientId, (count) => toasts.done(t('added', { count })))
  const found = useInfiniteQuery(
    rpc.media.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ patientId, ...(kind !== 'all' && { kind }), ...(cursor && { cursor }), limit: 60 }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: ({ nextCursor }) => nextCursor,
    }),
  )
  const items = found.data?.pages.flatMap((page) => page.items) ?? []
  usePaste(uploads.add, mayAdd)
  const drag = mayAdd
    ? {
        onDragOver: (event: DragEvent) => {
          if (!hasFiles(event)) return
          event.preventDefault()
          setIsDropping(true)
        },
        onDragLeave: (event: DragEvent) => {
          if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setIsDropping(false)
        },
        onDrop: (event: DragEvent) => {
          event.preventDefault()
          setIsDropping(false)
          uploads.add([...event.dataTransfer.files])
        },
      }
    : {}
  const choose = (isMain: boolean) => (
    <FileButton multiple accept={accepted} onChange={uploads.add}>
      {(props) => (
        <Button {...props} variant={isMain ? 'filled' : 'default'} leftSection={<IconUpload size={16} aria-hidden />}>
          {t('add')}
        </Button>
      )}
    </FileButton>
  )
  const isEmpty = found.isSuccess && items.length === 0

  return (
    <div className={classes.place} data-dropping={isDropping || undefined} {...drag}>
      {isDropping && <div className={classes.drop}>{t('dropNow')}</div>}
      {!(isEmpty && kind === 'all') && (
        <div className={classes.bar}>
          <KindFilter value={kind} onChange={setKind} />
          {mayAdd && choose(true)}
        </div>
      )}
      <UploadList uploads={uploads} />
      {found.isError && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      {isEmpty && (
        <EmptyState
          icon={<IconPhoto size={22} />}
          title={t(kind === 'all' ? 'emptyTitle' : 'noneOfKind')}
          text={kind === 'all' ? [t('emptyText'), mayAdd && t('addHint')].filter(Boolean).join(' ') : undefined}
        >
          {mayAdd && kind === 'all' && choose(true)}
        </EmptyState>
      )}
      {items.length > 0 && <MediaGrid items={items} onOpen={({ id }) => setOpenId(id)} />}
      {found.hasNextPage && (
        <div className={classes.more}>
          <Button variant="default" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t('more')}
          </Button>
        </div>
      )}
      {mayAdd && items.length > 0 && <p className={classes.hint}>{t('addHint')}</p>}
      {openId !== undefined && <MediaViewer items={items} openId={openId} onOpen={setOpenId} onClose={() => setOpenId(undefined)} />}
    </div>
  )
}
