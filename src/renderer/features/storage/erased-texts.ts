import { defineTexts } from '../../i18n/texts.js'

/** Words about backups that may still hold what was erased. */
export const texts = defineTexts('erasedBackups', {
  en: {
    title: 'Backups with erased records',
    text: 'These backups were made before records were erased on lawful request, and may still hold them. Should one be restored, the records are erased again at once. Removing them now makes a new backup first.',
    own: 'Backup of {{made}}: removed on {{until}} at the latest',
    second: 'Backup of {{made}} in the second place: removed on {{until}} at the latest',
    remove: 'Remove them now',
    removed: 'A new backup was made, and those before the erasure were removed.',
  },
  es: {
    title: 'Copias con registros borrados',
    text: 'Estas copias se hicieron antes de borrar registros por una petición legal y aún pueden contenerlos. Si se restaura una, los registros se borran de nuevo de inmediato. Al eliminarlas ahora se hace antes una copia nueva.',
    own: 'Copia del {{made}}: se elimina el {{until}} como muy tarde',
    second: 'Copia del {{made}} en el segundo lugar: se elimina el {{until}} como muy tarde',
    remove: 'Eliminarlas ahora',
    removed: 'Se hizo una copia nueva y se eliminaron las anteriores al borrado.',
  },
  ar: {
    title: 'نسخ احتياطية فيها سجلات ممحوة',
    text: 'صُنعت هذه النسخ قبل محو سجلات بناءً على طلب قانوني، وقد تحتويها. وإذا استُعيدت إحداها مُحيت السجلات من جديد فورًا. وعند إزالتها الآن تُصنع نسخة جديدة أولًا.',
    own: 'نسخة {{made}}: تُزال في {{until}} على الأكثر',
    second: 'نسخة {{made}} في المكان الثاني: تُزال في {{until}} على الأكثر',
    remove: 'إزالتها الآن',
    removed: 'صُنعت نسخة جديدة وأُزيلت النسخ السابقة للمحو.',
  },
})
