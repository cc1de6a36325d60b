import { type CollisionDetection, DndContext, useDraggable } from '@dnd-kit/core'
import type { CSSProperties, MouseEvent, ReactNode } from 'react'
import classes from './board.module.css'
import type { usePointerGesture } from './use-board-gesture.js'

const silent = { onDragStart: () => undefined, onDragOver: () => undefined, onDragEnd: () => undefined, onDragCancel: () => undefined }
/** The board works out places itself: everywhere is a place to drop. */
const noCollisions: CollisionDetection = () => []

interface LayerProps {
  style: CSSProperties
  onClick: (event: MouseEvent) => void
  onPress: () => void
  children: ReactNode
}

function Surface({ style, onClick, onPress, children }: LayerProps) {
  const { setNodeRef, listeners } = useDraggable({ id: 'board' })
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: the pointer's way; keys have their own (use-board-keys.ts)
    <div ref={setNodeRef} className={classes.body} style={style} data-board-body onPointerDownCapture={onPress} onClick={onClick} {...listeners}>
      {children}
    </div>
  )
}

/**
 * The columns' surface with pointer and touch dragging. The whole surface is one draggable and the pressed element decides what is
 * dragged: hundreds of draggables would each cost on every render, and could be scrolled out of existence under the finger.
 */
export function BoardLayer({ pointer, ...layer }: Omit<LayerProps, 'onPress'> & { pointer: ReturnType<typeof usePointerGesture> }) {
  const { sensors, onDragStart, onDragMove, onDragEnd, onDragCancel, onPress } = pointer
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={noCollisions}
      onDragStart={onDragStart}
      onDragMove={onDragMove}
      onDragEnd={onDragEnd}
      onDragCancel={onDragCancel}
      // The board has a live region of its own, which speaks of times and names.
      accessibility={{ announcements: silent, screenReaderInstructions: { draggable: '' }, restoreFocus: false }}
    >
      <Surface {...layer} onPress={onPress} />
    </DndContext>
  )
}
