import { Temporal } from 'temporal-polyfill'
import { chair, practitioner, type WeeklyHours } from '../../../shared/entities/staff.js'
import type { Dice } from './dice.js'
import { names } from './names.js'
import { type DemoRecord, type DemoSetting, dayMs, demoRecord } from './record.js'
import { type Discipline, specialties, terms } from './words.js'

/** Somebody on the schedule: where they work in the morning and in the afternoon. */
export interface Provider {
  id: string
  discipline: Discipline
  hours: WeeklyHours
  chairs: { morning: string | undefined; afternoon: string | undefined }
}

/** Who and what the clinic has, and its opening hours. */
export interface Staff {
  providers: Provider[]
  chairIds: string[]
  hours: WeeklyHours
  records: DemoRecord[]
}

type Spans = readonly (readonly [from: number, to: number])[]

/** Hours as on paper: 9.5 is half past nine. */
const weekly = (weekdays: readonly number[], spans: Spans): WeeklyHours =>
  weekdays.flatMap((weekday) => spans.map(([from, to]) => ({ weekday, from: from * 60, to: to * 60 })))

const weekend: Spans = [[9, 14]]
const plans: readonly { discipline: Discipline; color: string; weekdays: readonly number[]; spans: Spans; worksOnWeekends: boolean }[] = [
  {
    discipline: 'dental',
    color: '#1c7ed6',
    weekdays: [1, 2, 3, 4, 5],
    spans: [
      [9, 13],
      [14, 17],
    ],
    worksOnWeekends: true,
  },
  {
    discipline: 'dental',
    color: '#9c36b5',
    weekdays: [1, 2, 3, 4, 5],
    spans: [
      [10, 13.5],
      [14.5, 18],
    ],
    worksOnWeekends: false,
  },
  {
    discipline: 'medical',
    color: '#2f9e44',
    weekdays: [1, 2, 3, 4, 5],
    spans: [
      [9, 13],
      [14, 16],
    ],
    worksOnWeekends: true,
  },
  {
    discipline: 'vision',
    color: '#e8590c',
    weekdays: [1, 2, 3, 4, 5],
    spans: [
      [9.5, 13],
      [14, 18],
    ],
    worksOnWeekends: true,
  },
]

/** Two dentists, a doctor and an optometrist, three places for treatment, and hours that leave today open whatever the weekday is. */
export function makeStaff({ now, clinic, firstChairId }: DemoSetting, dice: Dice): Staff {
  const { language, timeZone } = clinic
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).dayOfWeek
  const shortDays = [...new Set([6, Math.max(6, today)])]
  const madeAt = now - 3 * 365 * dayMs
  const chairIds = [firstChairId, dice.id(madeAt), dice.id(madeAt)]
  const families = dice.pickSome(names[language].family, plans.length)
  const providers = plans.map(({ discipline, weekdays, spans, worksOnWeekends }, n): Provider => {
    const places: Provider['chairs'][] = [
      { morning: chairIds[0], afternoon: chairIds[0] },
      { morning: chairIds[1], afternoon: chairIds[1] },
      { morning: chairIds[2], afternoon: undefined },
      { morning: undefined, afternoon: chairIds[2] },
    ]
    const hours = [...weekly(weekdays, spans), ...(worksOnWeekends ? weekly(shortDays, weekend) : [])]
    return { id: dice.id(madeAt), discipline, hours, chairs: places[n] as Provider['chairs'] }
  })
  const hours = [
    ...weekly(
      [1, 2, 3, 4, 5],
      [
        [9, 13.5],
        [14, 18],
      ],
    ),
    ...weekly(shortDays, weekend),
  ]
  const records = [
    ...[`${terms.chair[language]} 2`, terms.room[language]].map((name, n) =>
      demoRecord(chair, chairIds[n + 1] as string, { name, sortOrder: n + 2, isActive: true }),
    ),
    ...providers.map(({ id, discipline, hours: own }, n) => {
      const sex = n % 2 === 0 ? 'female' : 'male'
      return demoRecord(practitioner, id, {
        familyName: families[n] as string,
        givenName: dice.pick(names[language][sex]),
        ...(discipline !== 'vision' && { prefix: language === 'es' && sex === 'female' ? 'Dra.' : terms.prefix[language] }),
        sex,
        specialty: specialties[discipline][language],
        color: (plans[n] as (typeof plans)[number]).color,
        hours: own,
        isBookable: true,
        isActive: true,
      })
    }),
  ]
  return { providers, chairIds, hours, records }
}
