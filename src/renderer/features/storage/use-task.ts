import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { rpc } from '../../api/client.js'
import { useProgress } from '../../api/use-stream.js'
import { useToasts } from '../../ui/toasts.js'

/**
 * Starts long work of the core and follows it until it ends: then what this screen shows is asked for again, and the end is told. Work of the
 * same name that somebody else started shows as running too.
 */
export function useTask(name: string, begin: () => Promise<{ taskId: string }>, doneText: string): { isRunning: boolean; start: () => void } {
  const client = useQueryClient()
  const toasts = useToasts()
  const tasks = useProgress()
  const [own, setOwn] = useState<string>()
  const [isStarting, setIsStarting] = useState(false)
  const told = useRef<string>(undefined)
  const finished = tasks.find(({ id, state }) => id === own && state !== 'running')
  useEffect(() => {
    if (!finished || told.current === finished.id) return
    told.current = finished.id
    void client.invalidateQueries({ queryKey: rpc.storage.key() })
    if (finished.state === 'failed') toasts.info(finished.message ?? '')
    else if (finished.state === 'done') finished.message ? toasts.info(finished.message) : toasts.done(doneText)
  }, [finished, client, toasts, doneText])
  const start = (): void => {
    setIsStarting(true)
    begin()
      .then(({ taskId }) => setOwn(taskId))
      .catch(toasts.failed)
      .finally(() => setIsStarting(false))
  }
  const isOwnRunning = own !== undefined && finished === undefined
  return { isRunning: isStarting || isOwnRunning || tasks.some(({ task, state }) => task === name && state === 'running'), start }
}
