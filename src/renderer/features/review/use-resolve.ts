import { useCallback } from 'react'
import type { ReviewAnswer } from '../../../shared/contract/review.js'
import { api, queryClient, rpc } from '../../api/client.js'
import { conflictsOf } from '../../api/errors.js'
import { useCommand } from '../../api/use-command.js'
import { useTexts } from '../../i18n/texts.js'
import { useToasts } from '../../ui/toasts.js'
import { texts } from './texts.js'

/** Takes decisions back and says how it went. */
export function useUndo(): (decisionIds: readonly string[]) => Promise<void> {
  const t = useTexts(texts)
  const toasts = useToasts()
  return useCallback(
    async (decisionIds) => {
      let undone = 0
      let skipped = 0
      try {
        for (let at = 0; at < decisionIds.length; at += chunk) {
          const result = await api.review.undo({ decisionIds: decisionIds.slice(at, at + chunk) })
          undone += result.undone
          skipped += result.skipped.length
        }
      } catch (error) {
        return toasts.failed(error)
      }
      if (undone > 0) toasts.done(t('undone'))
      if (skipped > 0) toasts.info(t('notUndone'))
    },
    [t, toasts],
  )
}

/** Questions and decisions of one call (`bulkLimit` of the contract). */
export const chunk = 20

/** Settles one question. `onSettled` hears of it, also when somebody else was faster. */
export function useResolve(question: string, seen: readonly string[] | undefined, onSettled: () => void) {
  const t = useTexts(texts)
  const toasts = useToasts()
  const undo = useUndo()
  const command = useCommand(api.review.resolve)
  const run = async (choice: ReviewAnswer): Promise<void> => {
    const done = await command.run({ question, choice, ...(seen && { seen: [...seen] }) })
    if (!done) return
    toasts.done(t('settled'), () => void undo([done.decisionId]))
    onSettled()
  }
  const codes = conflictsOf(command.error).map(({ code }) => code)
  const isOvertaken = codes.includes('settled') || codes.includes('changed')
  const reload = (): void => {
    command.reset()
    void queryClient.invalidateQueries({ queryKey: rpc.review.key() })
  }
  return { run: (choice: ReviewAnswer) => void run(choice), isRunning: command.isRunning, error: command.error, codes, isOvertaken, reload }
}

/** What the parts of a question need to settle it. */
export type Resolving = ReturnType<typeof useResolve>
