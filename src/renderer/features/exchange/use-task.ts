import { useEffect, useRef } from 'react'
import type { Progress } from '../../../shared/contract/streams.js'
import { useProgress } from '../../api/use-stream.js'

/** A task that this screen started: how far it is, and a call when it has ended. */
export function useTask(taskId: string | undefined, onEnd: (task: Progress) => void): Progress | undefined {
  const task = useProgress().find(({ id }) => id === taskId)
  const told = useRef<string>(undefined)
  const latest = useRef(onEnd)
  latest.current = onEnd
  useEffect(() => {
    if (!task || task.state === 'running' || told.current === task.id) return
    told.current = task.id
    latest.current(task)
  }, [task])
  return task
}
