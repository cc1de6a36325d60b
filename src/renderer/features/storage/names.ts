import type { Title } from '../../i18n/texts.js'

/** Record kinds as staff call them, several of each. A kind that is not here shows under its own name. */
export const kindNames: Readonly<Record<string, Title>> = {
  clinic: { en: 'Clinic', es: 'Clínica', ar: 'العيادة' },
  session: { en: 'Sessions', es: 'Sesiones', ar: 'الجلسات' },
  user: { en: 'Accounts', es: 'Cuentas', ar: 'الحسابات' },
  organization: { en: 'Organisations', es: 'Organizaciones', ar: 'المنظمات' },
  practitioner: { en: 'Practitioners', es: 'Profesionales', ar: 'الممارسون' },
  chair: { en: 'Chairs', es: 'Sillones', ar: 'الكراسي' },
  closedTime: { en: 'Closed times', es: 'Cierres', ar: 'أوقات الإغلاق' },
  patient: { en: 'Patients', es: 'Pacientes', ar: 'المرضى' },
  appointment: { en: 'Appointments', es: 'Citas', ar: 'المواعيد' },
  encounter: { en: 'Encounters', es: 'Visitas', ar: 'الزيارات' },
  condition: { en: 'Conditions', es: 'Diagnósticos', ar: 'التشخيصات' },
  allergy: { en: 'Allergies', es: 'Alergias', ar: 'الحساسيات' },
  medicationRequest: { en: 'Prescriptions', es: 'Recetas', ar: 'الوصفات' },
  procedure: { en: 'Procedures', es: 'Procedimientos', ar: 'الإجراءات' },
  immunization: { en: 'Immunisations', es: 'Vacunas', ar: 'اللقاحات' },
  observation: { en: 'Observations', es: 'Observaciones', ar: 'القياسات' },
  diagnosticReport: { en: 'Reports', es: 'Informes', ar: 'التقارير' },
  imagingStudy: { en: 'Imaging studies', es: 'Estudios de imagen', ar: 'دراسات التصوير' },
  carePlan: { en: 'Care plans', es: 'Planes de cuidados', ar: 'خطط الرعاية' },
  goal: { en: 'Goals', es: 'Objetivos', ar: 'الأهداف' },
  claim: { en: 'Claims', es: 'Reclamaciones', ar: 'المطالبات' },
  explanationOfBenefit: { en: 'Benefit statements', es: 'Liquidaciones', ar: 'كشوف المنافع' },
  symptom: { en: 'Symptom entries', es: 'Síntomas', ar: 'الأعراض' },
  media: { en: 'Images and videos', es: 'Imágenes y vídeos', ar: 'الصور والفيديو' },
  otherResource: { en: 'Other imported records', es: 'Otros importados', ar: 'سجلات مستوردة أخرى' },
}

/** What operations do, by the act that the core names; a later or rarer one is shown by its group. */
export const actNames: Readonly<Record<string, Title>> = {
  'setUp.createClinic': { en: 'Clinic made', es: 'Clínica creada', ar: 'إنشاء العيادة' },
  'setUp.fillDemo': { en: 'Demo records made', es: 'Datos de demostración', ar: 'إنشاء بيانات تجريبية' },
  'patients.register': { en: 'Patient registered', es: 'Paciente registrado', ar: 'تسجيل مريض' },
  'patients.edit': { en: 'Patient edited', es: 'Paciente modificado', ar: 'تعديل مريض' },
  'appointments.book': { en: 'Visit booked', es: 'Cita reservada', ar: 'حجز موعد' },
  'appointments.edit': { en: 'Visit changed', es: 'Cita modificada', ar: 'تعديل موعد' },
  'symptoms.add': { en: 'Symptoms noted', es: 'Síntomas anotados', ar: 'تدوين أعراض' },
  'settings.clinic.edit': { en: 'Clinic settings changed', es: 'Ajustes de la clínica modificados', ar: 'تعديل إعدادات العيادة' },
  'session.signIn': { en: 'Signed in', es: 'Sesión iniciada', ar: 'تسجيل دخول' },
  'session.signOut': { en: 'Signed out', es: 'Sesión cerrada', ar: 'تسجيل خروج' },
  'session.unlock': { en: 'Unlocked', es: 'Desbloqueado', ar: 'فتح القفل' },
  'sessions.end': { en: 'Session ended', es: 'Sesión terminada', ar: 'إنهاء جلسة' },
  'sessions.endOthers': { en: 'Other sessions ended', es: 'Otras sesiones terminadas', ar: 'إنهاء الجلسات الأخرى' },
  'sessions.endAllOf': { en: 'All sessions of an account ended', es: 'Todas las sesiones de una cuenta terminadas', ar: 'إنهاء كل جلسات حساب' },
  'session.changeSecret': { en: 'Password or PIN changed', es: 'Contraseña o PIN cambiados', ar: 'تغيير كلمة المرور أو الرمز' },
  'session.resetPassword': { en: 'Password reset', es: 'Contraseña restablecida', ar: 'إعادة تعيين كلمة المرور' },
  'session.setPreferences': { en: 'Own preferences changed', es: 'Preferencias modificadas', ar: 'تعديل التفضيلات' },
  'import.fhir': { en: 'FHIR import', es: 'Importación FHIR', ar: 'استيراد FHIR' },
  'import.csv': { en: 'Table import', es: 'Importación de tablas', ar: 'استيراد جداول' },
  'import.undo': { en: 'Import undone', es: 'Importación deshecha', ar: 'التراجع عن استيراد' },
  'recovery.replay': { en: 'Brought back from the journal', es: 'Recuperado del diario', ar: 'استرجاع من سجل الطوارئ' },
}

const groupNames: Readonly<Record<string, Title>> = {
  patients: kindNames.patient as Title,
  appointments: kindNames.appointment as Title,
  symptoms: kindNames.symptom as Title,
  media: kindNames.media as Title,
  staff: { en: 'Staff', es: 'Personal', ar: 'الموظفون' },
  settings: { en: 'Settings', es: 'Ajustes', ar: 'الإعدادات' },
  session: { en: 'Account', es: 'Cuenta', ar: 'الحساب' },
  import: { en: 'Import', es: 'Importación', ar: 'استيراد' },
}

/** The name of an act: its own, that of its group, or as the core writes it. */
export const actName = (act: string, language: keyof Title): string => (actNames[act] ?? groupNames[act.split('.')[0] ?? ''])?.[language] ?? act
