/** A text in each language of the product. */
export interface Words {
  en: string
  es: string
  ar: string
}

const w = (en: string, es: string, ar: string): Words => ({ en, es, ar })

export type Discipline = 'dental' | 'medical' | 'vision'

/** Why people come, how long it takes, and what is done then. */
export const visits: Readonly<Record<Discipline, readonly { reason: Words; minutes: number; done?: Words; price: number }[]>> = {
  dental: [
    { reason: w('Check-up', 'Revisión', 'فحص دوري'), minutes: 30, done: w('Oral examination', 'Exploración bucal', 'فحص الفم'), price: 4500 },
    {
      reason: w('Cleaning', 'Limpieza', 'تنظيف الأسنان'),
      minutes: 45,
      done: w('Scale and polish', 'Tartrectomía y pulido', 'إزالة الجير والتلميع'),
      price: 6500,
    },
    { reason: w('Filling', 'Empaste', 'حشوة'), minutes: 45, done: w('Composite filling', 'Obturación de composite', 'حشوة ضوئية'), price: 8500 },
    {
      reason: w('Crown fitting', 'Colocación de corona', 'تركيب تاج'),
      minutes: 60,
      done: w('Crown cemented', 'Corona cementada', 'تثبيت التاج'),
      price: 38_000,
    },
    { reason: w('Toothache', 'Dolor de muelas', 'ألم الأسنان'), minutes: 30, price: 4000 },
    {
      reason: w('Root canal treatment', 'Endodoncia', 'علاج العصب'),
      minutes: 60,
      done: w('Root canal filled', 'Conducto obturado', 'حشو القناة'),
      price: 21_000,
    },
  ],
  medical: [
    { reason: w('Follow-up', 'Seguimiento', 'متابعة'), minutes: 20, price: 4000 },
    { reason: w('Blood pressure check', 'Control de tensión', 'قياس ضغط الدم'), minutes: 15, price: 2500 },
    { reason: w('Sore throat', 'Dolor de garganta', 'التهاب الحلق'), minutes: 15, price: 4000 },
    { reason: w('Annual health check', 'Reconocimiento anual', 'الفحص السنوي'), minutes: 30, price: 7000 },
    { reason: w('Back pain', 'Dolor de espalda', 'ألم الظهر'), minutes: 20, price: 4000 },
    { reason: w('Repeat prescription', 'Renovación de receta', 'تجديد الوصفة'), minutes: 15, price: 2000 },
  ],
  vision: [
    { reason: w('Eye examination', 'Examen visual', 'فحص النظر'), minutes: 30, done: w('Refraction', 'Refracción', 'قياس الانكسار'), price: 4500 },
    {
      reason: w('Contact lens fitting', 'Adaptación de lentillas', 'تركيب عدسات لاصقة'),
      minutes: 45,
      done: w('Contact lenses fitted', 'Lentillas adaptadas', 'تم تركيب العدسات'),
      price: 9000,
    },
    { reason: w('Eye pressure check', 'Control de presión ocular', 'قياس ضغط العين'), minutes: 20, price: 3000 },
    { reason: w('Dry eyes', 'Sequedad ocular', 'جفاف العين'), minutes: 20, price: 3500 },
  ],
}

interface Medicine {
  name: Words
  dosage: Words
  dose: { value: number; unit: string }
  perDay: number
}

const onceDaily = w('1 tablet in the morning', '1 comprimido por la mañana', 'قرص واحد صباحًا')
const twiceDaily = w('1 tablet morning and evening', '1 comprimido por la mañana y por la noche', 'قرص صباحًا وقرص مساءً')
const tablet = (name: Words, mg: number, perDay = 1): Medicine => ({
  name,
  dosage: perDay === 1 ? onceDaily : twiceDaily,
  dose: { value: mg, unit: 'mg' },
  perDay,
})

/** Long-lasting conditions, from which age on they are seen here, how often, and what is taken for them. */
export const conditions: readonly { name: Words; fromAge: number; odds: number; medicine?: Medicine; isPassing?: boolean }[] = [
  {
    name: w('High blood pressure', 'Hipertensión arterial', 'ارتفاع ضغط الدم'),
    fromAge: 45,
    odds: 0.4,
    medicine: tablet(w('Lisinopril 10 mg', 'Lisinopril 10 mg', 'ليزينوبريل 10 ملغ'), 10),
  },
  {
    name: w('Type 2 diabetes', 'Diabetes tipo 2', 'السكري من النوع الثاني'),
    fromAge: 45,
    odds: 0.2,
    medicine: tablet(w('Metformin 850 mg', 'Metformina 850 mg', 'ميتفورمين 850 ملغ'), 850, 2),
  },
  {
    name: w('High cholesterol', 'Colesterol alto', 'ارتفاع الكوليسترول'),
    fromAge: 40,
    odds: 0.25,
    medicine: tablet(w('Atorvastatin 20 mg', 'Atorvastatina 20 mg', 'أتورفاستاتين 20 ملغ'), 20),
  },
  {
    name: w('Asthma', 'Asma', 'الربو'),
    fromAge: 4,
    odds: 0.1,
    medicine: {
      name: w('Salbutamol inhaler 100 µg', 'Salbutamol inhalador 100 µg', 'بخاخ سالبوتامول 100 مكغ'),
      dosage: w('2 puffs when needed', '2 inhalaciones si lo necesita', 'بختان عند الحاجة'),
      dose: { value: 200, unit: 'µg' },
      perDay: 1,
    },
  },
  {
    name: w('Underactive thyroid', 'Hipotiroidismo', 'قصور الغدة الدرقية'),
    fromAge: 30,
    odds: 0.08,
    medicine: tablet(w('Levothyroxine 75 µg', 'Levotiroxina 75 µg', 'ليفوثيروكسين 75 مكغ'), 0.075),
  },
  {
    name: w('Glaucoma', 'Glaucoma', 'الزرق'),
    fromAge: 55,
    odds: 0.12,
    medicine: {
      name: w('Latanoprost eye drops', 'Latanoprost colirio', 'قطرة لاتانوبروست'),
      dosage: w('1 drop in each eye at night', '1 gota en cada ojo por la noche', 'قطرة في كل عين مساءً'),
      dose: { value: 1, unit: '{drop}' },
      perDay: 1,
    },
  },
  { name: w('Cataract', 'Catarata', 'إعتام عدسة العين'), fromAge: 62, odds: 0.2 },
  { name: w('Short-sightedness', 'Miopía', 'قصر النظر'), fromAge: 8, odds: 0.22 },
  { name: w('Gum disease', 'Periodontitis', 'التهاب دواعم السن'), fromAge: 30, odds: 0.2 },
  { name: w('Tooth decay', 'Caries dental', 'تسوس الأسنان'), fromAge: 6, odds: 0.3, isPassing: true },
  {
    name: w('Knee osteoarthritis', 'Artrosis de rodilla', 'خشونة الركبة'),
    fromAge: 58,
    odds: 0.2,
    medicine: tablet(w('Paracetamol 1 g', 'Paracetamol 1 g', 'باراسيتامول 1 غ'), 1000, 2),
  },
  { name: w('Ear infection', 'Otitis', 'التهاب الأذن'), fromAge: 2, odds: 0.12, isPassing: true },
  { name: w('Migraine', 'Migraña', 'الشقيقة'), fromAge: 16, odds: 0.1 },
]

/** What people do not tolerate and how it shows. */
export const allergies: readonly { name: Words; category: string; reaction: Words; isGrave: boolean }[] = [
  {
    name: w('Penicillin', 'Penicilina', 'البنسلين'),
    category: 'medication',
    reaction: w('Swelling of the face', 'Hinchazón de la cara', 'تورم الوجه'),
    isGrave: true,
  },
  { name: w('Latex', 'Látex', 'اللاتكس'), category: 'environment', reaction: w('Skin rash', 'Erupción cutánea', 'طفح جلدي'), isGrave: false },
  { name: w('Ibuprofen', 'Ibuprofeno', 'إيبوبروفين'), category: 'medication', reaction: w('Wheezing', 'Sibilancias', 'صفير في الصدر'), isGrave: true },
  { name: w('Peanuts', 'Cacahuetes', 'الفول السوداني'), category: 'food', reaction: w('Anaphylaxis', 'Anafilaxia', 'صدمة تحسسية'), isGrave: true },
  {
    name: w('Grass pollen', 'Polen de gramíneas', 'حبوب لقاح الأعشاب'),
    category: 'environment',
    reaction: w('Sneezing', 'Estornudos', 'عطاس'),
    isGrave: false,
  },
  {
    name: w('Local anaesthetic (lidocaine)', 'Anestésico local (lidocaína)', 'مخدر موضعي (ليدوكائين)'),
    category: 'medication',
    reaction: w('Palpitations', 'Palpitaciones', 'خفقان'),
    isGrave: true,
  },
  { name: w('Shellfish', 'Marisco', 'المحار'), category: 'food', reaction: w('Hives', 'Urticaria', 'شرى'), isGrave: false },
]

/** Complaints as patients tell them, with what goes along. */
export const concerns: readonly { concern: Words; signs: readonly Words[] }[] = [
  {
    concern: w('Headache', 'Dolor de cabeza', 'صداع'),
    signs: [w('light hurts', 'molesta la luz', 'انزعاج من الضوء'), w('nausea', 'náuseas', 'غثيان'), w('one side only', 'solo un lado', 'في جهة واحدة')],
  },
  {
    concern: w('Tooth sensitive to cold', 'Diente sensible al frío', 'حساسية الأسنان للبرد'),
    signs: [w('short sharp pain', 'dolor breve y agudo', 'ألم حاد قصير'), w('lower left', 'abajo a la izquierda', 'أسفل اليسار')],
  },
  { concern: w('Tired eyes', 'Vista cansada', 'إجهاد العين'), signs: [w('at the screen', 'ante la pantalla', 'أمام الشاشة'), w('burning', 'escozor', 'حرقة')] },
  {
    concern: w('Low back pain', 'Dolor lumbar', 'ألم أسفل الظهر'),
    signs: [w('worse in the morning', 'peor por la mañana', 'أسوأ صباحًا'), w('after lifting', 'tras levantar peso', 'بعد حمل الأثقال')],
  },
  {
    concern: w('Poor sleep', 'Duermo mal', 'نوم سيئ'),
    signs: [w('wakes at night', 'se despierta de noche', 'استيقاظ ليلي'), w('tired by day', 'cansancio diurno', 'تعب نهاري')],
  },
  { concern: w('Bleeding gums', 'Encías que sangran', 'نزيف اللثة'), signs: [w('when brushing', 'al cepillarse', 'عند التفريش')] },
]

/** Names of measurements and other fixed texts. */
export const terms = {
  pressure: w('Blood pressure', 'Tensión arterial', 'ضغط الدم'),
  systolic: w('Systolic', 'Sistólica', 'الانقباضي'),
  diastolic: w('Diastolic', 'Diastólica', 'الانبساطي'),
  pulse: w('Heart rate', 'Frecuencia cardiaca', 'نبض القلب'),
  weight: w('Body weight', 'Peso', 'الوزن'),
  height: w('Body height', 'Talla', 'الطول'),
  glucose: w('Glucose, fasting', 'Glucosa en ayunas', 'سكر الصائم'),
  longGlucose: w('HbA1c', 'HbA1c', 'الهيموغلوبين السكري'),
  eyePressure: w('Eye pressure', 'Presión ocular', 'ضغط العين'),
  acuity: w('Visual acuity', 'Agudeza visual', 'حدة الإبصار'),
  right: w('Right', 'Derecho', 'اليمنى'),
  left: w('Left', 'Izquierdo', 'اليسرى'),
  flu: w('Influenza vaccine', 'Vacuna de la gripe', 'لقاح الإنفلونزا'),
  tetanus: w('Tetanus booster', 'Refuerzo de tétanos', 'جرعة الكزاز المعززة'),
  payer: w('Horizon Demo Health Plan', 'Seguro Horizonte (demostración)', 'تأمين الأفق (تجريبي)'),
  chair: w('Chair', 'Sillón', 'كرسي'),
  room: w('Examination room', 'Consulta', 'غرفة الفحص'),
  meeting: w('Staff meeting', 'Reunión de equipo', 'اجتماع الفريق'),
  holiday: w('Local holiday', 'Fiesta local', 'عطلة محلية'),
  course: w('Training course', 'Curso de formación', 'دورة تدريبية'),
  maintenance: w('Maintenance', 'Mantenimiento', 'صيانة'),
  wheelchair: w('Needs step-free access', 'Necesita acceso sin escalones', 'يحتاج إلى مدخل بلا درج'),
  anxious: w('Anxious about treatment', 'Le asusta el tratamiento', 'يخاف من العلاج'),
  prefix: w('Dr', 'Dr.', 'د.'),
} as const

/** Specialties as the schedule shows them. */
export const specialties: Readonly<Record<Discipline, Words>> = {
  dental: w('Dentistry', 'Odontología', 'طب الأسنان'),
  medical: w('General practice', 'Medicina general', 'طب عام'),
  vision: w('Optometry', 'Optometría', 'البصريات'),
}
