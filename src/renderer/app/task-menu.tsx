import { Indicator, Popover, Progress, UnstyledButton } from '@mantine/core'
import { IconListCheck } from '@tabler/icons-react'
import type { JobElsewhere } from '../../shared/contract/presence.js'
import type { Progress as Task } from '../../shared/contract/streams.js'
import { usePresence } from '../api/presence.js'
import { useProgress } from '../api/use-stream.js'
import { useFormats } from '../i18n/formats.js'
import { useTexts } from '../i18n/texts.js'
import { EmptyState } from '../ui/empty-state.js'
import liveClasses from './live.module.css'
import { texts as liveTexts } from './live-texts.js'
import classes from './menus.module.css'
import shell from './shell.module.css'
import { useTaskName } from './task-name.js'
import { texts } from './texts.js'

const stateTexts = { running: 'taskRunning', done: 'taskDone', failed: 'taskFailed', cancelled: 'taskCancelled' } as const

/** Imports and exports tell with their message how many records they have read or written. */
const isCount = (message: string | undefined): message is string => message !== undefined && /^\d+$/.test(message)

function TaskRow({ task }: { task: Task }) {
  const t = useTexts(texts)
  const name = useTaskName()(task.task)
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

/** Long work of another workstation, as far as that has told. */
function JobRow({ job: { task, workstation, done, total } }: { job: JobElsewhere }) {
  const t = useTexts(liveTexts)
  const { number } = useFormats()
  const name = t('jobAt', { task: useTaskName()(task), workstation })
  const share = total ? Math.min(100, Math.round((100 * done) / total)) : 0
  return (
    <li className={classes.task}>
      <div className={classes.taskHead}>
        <span>{name}</span>
        <span className={classes.quiet}>{total ? t('jobShare', { share }) : number(done)}</span>
      </div>
      <Progress value={share} size="sm" aria-label={name} animated={!total} />
    </li>
  )
}

/** Imports, exports, backups and comparisons that run or ran on this workstation, and those that run on others. */
export function TaskMenu() {
  const t = useTexts(texts)
  const live = useTexts(liveTexts)
  const tasks = useProgress()
  const jobs = usePresence()?.jobs ?? []
  const running = tasks.filter(({ state }) => state === 'running').length + jobs.length
  return (
    <Popover position="bottom-end" width={320} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={shell.barButton} aria-label={t('tasks')} title={t('tasks')}>
          <Indicator disabled={running === 0} label={running} size={15} color="clinic.8" className={classes.bell}>
            <IconListCheck size={19} stroke={1.75} aria-hidden />
          </Indicator>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label={t('tasks')}>
        {tasks.length + jobs.length === 0 && <EmptyState title={t('noTasks')} text={t('noTasksText')} />}
        {tasks.length > 0 && (
          <ul className={classes.tasks}>
            {tasks.map((task) => (
              <TaskRow key={task.id} task={task} />
            ))}
          </ul>
        )}
        {jobs.length > 0 && (
          <section aria-labelledby="jobs-elsewhere">
            <h2 id="jobs-elsewhere" className={liveClasses.group}>
              {live('elsewhere')}
            </h2>
            <ul className={classes.tasks}>
              {jobs.map((job) => (
                <JobRow key={job.id} job={job} />
              ))}
            </ul>
          </section>
        )}
      </Popover.Dropdown>
    </Popover>
  )
}
