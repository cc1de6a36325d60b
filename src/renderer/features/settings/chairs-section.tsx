import { ActionIcon, Button, Switch, TextInput } from '@mantine/core'
import { IconArmchair, IconChevronDown, IconChevronUp, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Chair } from '../../../shared/contract/staff.js'
import { api, rpc } from '../../api/client.js'
import { useCommand } from '../../api/use-command.js'
import { useSession } from '../../app/session.js'
import { useTexts } from '../../i18n/texts.js'
import { EmptyState } from '../../ui/empty-state.js'
import { ErrorState } from '../../ui/error-state.js'
import { FormDrawer } from '../../ui/form-drawer.js'
import { Panel } from '../../ui/page-header.js'
import { StatusPill } from '../../ui/status-pill.js'
import { useToasts } from '../../ui/toasts.js'
import classes from './settings.module.css'
import { texts } from './texts.js'

/** Adds a chair, or gives one another name, or ends it. */
function ChairDrawer({ chair, onClose }: { chair: Chair | undefined; onClose: () => void }) {
  const t = useTexts(texts)
  const toasts = useToasts()
  const [name, setName] = useState(chair?.name ?? '')
  const [isTried, setIsTried] = useState(false)
  const save = useCommand((input: { name: string; commandId: string }) =>
    chair ? api.staff.chairs.edit({ id: chair.id, ...input }) : api.staff.chairs.add(input),
  )
  const end = useCommand(api.staff.chairs.edit)
  const setActive = async (isActive: boolean): Promise<void> => {
    if (!chair || !(await end.run({ id: chair.id, isActive }))) return
    toasts.done(t(isActive ? 'reinstated' : 'ended'), () => void api.staff.chairs.edit({ id: chair.id, isActive: !isActive }).catch(toasts.failed))
    onClose()
  }
  return (
    <FormDrawer
      title={t(chair ? 'editChair' : 'addChair')}
      error={save.error ?? end.error}
      isDirty={name !== (chair?.name ?? '')}
      submit={{ text: t(chair ? 'save' : 'add'), isRunning: save.isRunning }}
      onClose={onClose}
      onSubmit={(event) => {
        event.preventDefault()
        setIsTried(true)
        if (!name.trim()) return
        void save.run({ name: name.trim() }).then((done) => {
          if (!done) return
          toasts.done(t('saved'))
          onClose()
        })
      }}
      aside={
        chair && (
          <Button variant="subtle" color={chair.isActive ? 'red' : undefined} loading={end.isRunning} onClick={() => void setActive(!chair.isActive)}>
            {t(chair.isActive ? 'endChair' : 'reinstate')}
          </Button>
        )
      }
    >
      <TextInput
        label={t('chairName')}
        withAsterisk
        data-autofocus
        autoComplete="off"
        maxLength={120}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={isTried && !name.trim() ? t('missing') : undefined}
      />
    </FormDrawer>
  )
}

/** Places where patients are treated, in the order in which the schedule shows them. */
export function ChairsSection() {
  const t = useTexts(texts)
  const toasts = useToasts()
  const mayEdit = useSession().can('staff.write')
  const [withEnded, setWithEnded] = useState(false)
  const [open, setOpen] = useState<Chair | 'new'>()
  const [isMoving, setIsMoving] = useState(false)
  const chairs = useQuery(rpc.staff.chairs.list.queryOptions({ input: withEnded ? { withEnded } : {} }))
  const items = chairs.data?.items ?? []
  /** Chairs get numbers from 1 in their new order; only those whose number changes are written. */
  const move = async (from: number, to: number): Promise<void> => {
    const order = [...items]
    order.splice(to, 0, ...order.splice(from, 1))
    setIsMoving(true)
    try {
      for (const [at, { id, sortOrder }] of order.entries()) if (sortOrder !== at + 1) await api.staff.chairs.edit({ id, sortOrder: at + 1 })
      await chairs.refetch()
    } catch (error) {
      toasts.failed(error)
    } finally {
      setIsMoving(false)
    }
  }
  return (
    <>
      <Panel
        title={t('chairs')}
        actions={
          mayEdit && (
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpen('new')}>
              {t('addChair')}
            </Button>
          )
        }
        isFlush
      >
        <div className={classes.filters}>
          <span className={classes.quiet}>{t('chairsHint')}</span>
          <Switch label={t('showEnded')} checked={withEnded} onChange={(event) => setWithEnded(event.currentTarget.checked)} />
        </div>
        {chairs.isError && <ErrorState error={chairs.error} onRetry={() => void chairs.refetch()} />}
        {chairs.isSuccess && items.length === 0 && <EmptyState icon={<IconArmchair size={22} />} title={t('noChairs')} />}
        <ol className={classes.list} aria-label={t('chairs')}>
          {items.map((chair, at) => (
            <li key={chair.id} className={classes.item}>
              <span className={classes.number} aria-hidden>
                {at + 1}
              </span>
              <div className={classes.itemText}>
                <span className={classes.name}>
                  <bdi>{chair.name}</bdi>
                </span>
              </div>
              <div className={classes.pills}>{!chair.isActive && <StatusPill tone="quiet">{t('hasEnded')}</StatusPill>}</div>
              {mayEdit && (
                <div className={classes.rowActions}>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    disabled={isMoving || at === 0}
                    aria-label={t('moveUp', { name: chair.name })}
                    onClick={() => void move(at, at - 1)}
                  >
                    <IconChevronUp size={17} />
                  </ActionIcon>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    disabled={isMoving || at === items.length - 1}
                    aria-label={t('moveDown', { name: chair.name })}
                    onClick={() => void move(at, at + 1)}
                  >
                    <IconChevronDown size={17} />
                  </ActionIcon>
                  <Button variant="default" size="xs" onClick={() => setOpen(chair)} aria-label={t('editNamed', { name: chair.name })}>
                    {t('edit')}
                  </Button>
                </div>
              )}
            </li>
          ))}
        </ol>
      </Panel>
      {open && <ChairDrawer chair={open === 'new' ? undefined : open} onClose={() => setOpen(undefined)} />}
    </>
  )
}
