import { Indicator, Popover, Progress, UnstyledButton } from '@mantine/core'
import { IconBell } from '@tabler/icons-react'
import type { Progress as Task } from '../../shared/contract/streams.js'
import { useProgress } from '../api/use-stream.js'
import { useTexts } from '../i18n/texts.js'
import { EmptyState } from '../ui/empty-state.js'
import classes from './menus.module.css'
import shell from './shell.module.css'
import { texts } from './texts.js'

const stateTexts = { running: 'taskRunning', done: 'taskDone', failed: 'taskFailed', cancelled: 'taskCancelled' } as const

const taskNames = ['backup', 'verify', 'export', 'import.check', 'import.run', 'import.undo', 'sync.fill', 'sync.reconcile'] as const

/** Imports and exports tell with their message how many records they have read or written. */
const isCount = (message: string | undefined): message is string => message !== undefined && /^\d+$/.test(message)

function TaskRow({ task }: { task: Task }) {
  const t = useTexts(texts)
  const known = taskNames.find((name) => name === task.task)
  const name = t(`task.${known ?? 'other'}`)
  const share = task.state === 'done' ? 100 : task.total ? (100 * task.done) / task.total : 0
  return (
    <li className={classes.task}>
      <div className={classes.taskHead}>
        <span>{name}</span>
        <span className={classes.quiet}>{t(stateTexts[task.state])}</span>
      </div>
      <Progress value={share} size="sm" aria-label={name} animated={task.state === 'running' && !task.total} />
      <span className={classes.quiet}>
        {isCount(task.message)
          ? t('taskRecords', { count: Number(task.message) })
          : (task.message ?? (task.total ? t('taskCount', { done: task.done, total: task.total }) : ''))}
      </span>
    </li>
  )
}

/** Imports, exports, backups and comparisons that run or ran on this workstation. */
export function TaskMenu() {
  const t = useTexts(texts)
  const tasks = useProgress()
  const running = tasks.filter(({ state }) => state === 'running').length
  return (
    <Popover position="bottom-end" width={320} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={shell.barButton} aria-label={t('tasks')} title={t('tasks')}>
          <Indicator disabled={running === 0} label={running} size={15} color="clinic.8" className={classes.bell}>
            <IconBell size={19} stroke={1.75} aria-hidden />
          </Indicator>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label={t('tasks')}>
        {tasks.length === 0 ? (
          <EmptyState title={t('noTasks')} text={t('noTasksText')} />
        ) : (
          <ul className={classes.tasks}>
            {tasks.map((task) => (
              <TaskRow key={task.id} task={task} />
            ))}
          </ul>
        )}
      </Popover.Dropdown>
    </Popover>
  )
}
