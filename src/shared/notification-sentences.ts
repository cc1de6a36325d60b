import type { NotificationKind } from './entities/notification-kinds.js'

/**
 * What the operating system or the browser shows over other windows, where anybody may look: no name, no time, no number. Here because the desktop
 * shell says it as well as the page.
 */
export const notificationSentences: Readonly<Record<'en' | 'es' | 'ar', Readonly<Record<NotificationKind, string>>>> = {
  en: {
    visitBooked: 'A visit was booked with you for today.',
    visitMoved: 'A visit of yours was moved.',
    visitCancelled: 'A visit of yours today was cancelled.',
    arrived: 'A patient of yours has arrived.',
    waiting: 'A patient of yours has been waiting for long.',
    review: 'A new question waits in Review.',
    server: 'The clinic’s server needs attention.',
    backup: 'A backup failed.',
    task: 'An import or export of yours has ended.',
    notSent: 'Something you saved was not accepted by the server.',
  },
  es: {
    visitBooked: 'Se ha reservado una cita con usted para hoy.',
    visitMoved: 'Se ha movido una cita suya.',
    visitCancelled: 'Se ha cancelado una cita suya de hoy.',
    arrived: 'Ha llegado un paciente suyo.',
    waiting: 'Un paciente suyo lleva mucho tiempo esperando.',
    review: 'Hay una pregunta nueva en Revisión.',
    server: 'El servidor de la clínica requiere atención.',
    backup: 'Ha fallado una copia de seguridad.',
    task: 'Ha terminado una importación o exportación suya.',
    notSent: 'El servidor no ha aceptado algo que usted guardó.',
  },
  ar: {
    visitBooked: 'حُجز موعد معك لهذا اليوم.',
    visitMoved: 'نُقل أحد مواعيدك.',
    visitCancelled: 'أُلغي أحد مواعيدك اليوم.',
    arrived: 'وصل أحد مرضاك.',
    waiting: 'أحد مرضاك ينتظر منذ وقت طويل.',
    review: 'ينتظر سؤال جديد في المراجعة.',
    server: 'خادم العيادة يحتاج إلى انتباه.',
    backup: 'فشل نسخ احتياطي.',
    task: 'انتهى استيراد أو تصدير بدأته.',
    notSent: 'لم يقبل الخادم شيئًا حفظته.',
  },
}
