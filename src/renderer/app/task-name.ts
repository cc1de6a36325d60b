import { useTexts } from '../i18n/texts.js'
import { texts } from './texts.js'

const taskNames = ['backup', 'verify', 'export', 'import.check', 'import.run', 'import.undo', 'sync.fill', 'sync.reconcile'] as const

/** What a long task is called; one that only a newer version knows is a task. */
export function useTaskName(): (task: string) => string {
  const t = useTexts(texts)
  return (task) => t(`task.${taskNames.find((name) => name === task) ?? 'other'}`)
}
