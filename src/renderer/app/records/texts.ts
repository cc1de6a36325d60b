import { defineTexts } from '../../i18n/texts.js'

/** Words for values of records and for who wrote them. */
export const texts = defineTexts('records', {
  en: {
    yes: 'yes',
    no: 'no',
    nothing: 'Nothing: it was cleared',
    hidden: 'Not shown, because it is a secret',
    here: 'This workstation',
    elsewhere: 'Another workstation',
    by: 'by {{name}}',
    byUnknown: 'by whom is not known here',
    twoVersions: 'Two versions',
  },
  es: {
    yes: 'sí',
    no: 'no',
    nothing: 'Nada: se borró',
    hidden: 'No se muestra, porque es un secreto',
    here: 'Este equipo',
    elsewhere: 'Otro equipo',
    by: 'por {{name}}',
    byUnknown: 'aquí no se sabe por quién',
    twoVersions: 'Dos versiones',
  },
  ar: {
    yes: 'نعم',
    no: 'لا',
    nothing: 'لا شيء: أُفرغ الحقل',
    hidden: 'لا يُعرض لأنه سرّي',
    here: 'محطة العمل هذه',
    elsewhere: 'محطة عمل أخرى',
    by: 'بواسطة {{name}}',
    byUnknown: 'لا يُعرف هنا من كتبه',
    twoVersions: 'نسختان',
  },
})
