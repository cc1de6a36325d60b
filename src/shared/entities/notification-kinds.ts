/** What staff can be told: visits of theirs that somebody else booked, moved or cancelled, who arrived and waits too long, and what needs somebody. */
export const notificationKinds = ['visitBooked', 'visitMoved', 'visitCancelled', 'arrived', 'waiting', 'review', 'server', 'backup', 'task', 'notSent'] as const
export type NotificationKind = (typeof notificationKinds)[number]
