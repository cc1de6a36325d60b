import type { CacheCategory } from '../../../shared/cache-categories.js'
import type { Title } from '../../i18n/texts.js'

/** What is kept in the cache, as an administrator calls it. */
export const categoryNames: Readonly<Record<CacheCategory, Title>> = {
  symptomInput: { en: 'Symptoms being entered', es: 'Síntomas en curso', ar: 'أعراض قيد الإدخال' },
  aiSummary: { en: 'AI summaries', es: 'Resúmenes de IA', ar: 'ملخصات الذكاء الاصطناعي' },
  aiResponse: { en: 'AI answers', es: 'Respuestas de IA', ar: 'ردود الذكاء الاصطناعي' },
  drugAnalysis: { en: 'Drug analyses', es: 'Análisis de fármacos', ar: 'تحليلات الأدوية' },
  drugInfo: { en: 'Drug information', es: 'Información de fármacos', ar: 'معلومات الأدوية' },
  medicationInteractions: { en: 'Interactions', es: 'Interacciones', ar: 'التداخلات الدوائية' },
  healthAnalysis: { en: 'Health analyses', es: 'Análisis de salud', ar: 'تحليلات صحية' },
  ocr: { en: 'Texts of scanned documents', es: 'Textos de documentos escaneados', ar: 'نصوص المستندات الممسوحة' },
  dashboard: { en: 'Figures of Today', es: 'Cifras de Hoy', ar: 'أرقام شاشة اليوم' },
  patientList: { en: 'Lists of patients', es: 'Listas de pacientes', ar: 'قوائم المرضى' },
  search: { en: 'Search results', es: 'Resultados de búsqueda', ar: 'نتائج البحث' },
  staff: { en: 'Staff and chairs', es: 'Personal y sillones', ar: 'الموظفون والكراسي' },
  schedule: { en: 'Schedules', es: 'Agendas', ar: 'جداول المواعيد' },
  static: { en: 'Settings of the clinic', es: 'Ajustes de la clínica', ar: 'إعدادات العيادة' },
  query: { en: 'Long reports', es: 'Informes largos', ar: 'تقارير طويلة' },
  prescription: { en: 'Past prescriptions', es: 'Recetas pasadas', ar: 'وصفات سابقة' },
  user: { en: 'Accounts and preferences', es: 'Cuentas y preferencias', ar: 'الحسابات والتفضيلات' },
  video: { en: 'Facts about videos', es: 'Datos de vídeos', ar: 'بيانات مقاطع الفيديو' },
  trust: { en: 'Trust and verification', es: 'Confianza y verificación', ar: 'الثقة والتحقق' },
  other: { en: 'Everything else', es: 'Todo lo demás', ar: 'كل ما عدا ذلك' },
}
