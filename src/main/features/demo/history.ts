import { claim, explanationOfBenefit } from '../../../shared/entities/billing.js'
import { allergy, condition, encounter, immunization, medicationRequest, observation, procedure, symptom } from '../../../shared/entities/clinical.js'
import type { FieldsOf } from '../../../shared/entities/entity.js'
import { minorDigits } from '../../../shared/money.js'
import type { Dice } from './dice.js'
import type { Person } from './people.js'
import { type DemoRecord, type DemoSetting, day, dayMs, demoRecord, instant, minuteMs } from './record.js'
import type { Visit } from './schedule.js'
import type { Provider, Staff } from './staff.js'
import { allergies, concerns, conditions, terms, visits, type Words } from './words.js'

const loinc = 'http://loinc.org'
const ucum = (value: number, unit: string) => ({ quantity: { value, unit, code: unit } })

/** A visit that took place: of the schedule, or long before it. */
type PastVisit = Pick<Visit, 'person' | 'provider' | 'kind' | 'startAt' | 'endAt'> & { appointmentId?: string }

/** Everything in the charts of the demo's people apart from their appointments. */
export class History {
  constructor(
    private readonly setting: DemoSetting,
    private readonly dice: Dice,
    private readonly staff: Staff,
  ) {}

  /** What a person brought along and what happened over the years. */
  of(person: Person): DemoRecord[] {
    const visitsBefore = Array.from({ length: this.dice.int(1, 5) }, () => this.#oldVisit(person)).filter((visit) => visit !== undefined)
    return [
      ...this.#conditions(person),
      ...this.#allergies(person),
      ...this.#immunizations(person),
      ...visitsBefore.flatMap((visit) => this.documented(visit)),
      ...this.#symptoms(person),
    ]
  }

  /** The documentation of a visit: encounter, what was done and found, and sometimes the bill. */
  documented({ person, provider, kind, startAt, endAt, appointmentId }: PastVisit): DemoRecord[] {
    const { dice } = this
    const encounterId = dice.id(startAt)
    const about = { patientId: person.id, encounterId, practitionerId: provider.id }
    const reason = { text: this.#text(kind.reason) }
    const records = [
      demoRecord(encounter, encounterId, {
        patientId: person.id,
        status: 'finished',
        class: 'AMB',
        type: reason,
        period: { start: instant(startAt), end: instant(endAt) },
        practitionerId: provider.id,
        ...(appointmentId && { appointmentId }),
      }),
    ]
    if (kind.done)
      records.push(
        demoRecord(procedure, dice.id(startAt), { ...about, code: { text: this.#text(kind.done) }, status: 'completed', performed: instant(startAt) }),
      )
    if (provider.discipline === 'medical') records.push(...this.#vitals(about, person, startAt))
    if (provider.discipline === 'vision') records.push(...this.#eyes(about, startAt))
    if (dice.isLucky(0.16)) records.push(...this.#bill(about, provider, kind.price, startAt))
    return records
  }

  #text(words: Words): string {
    return words[this.setting.clinic.language]
  }

  #oldVisit(person: Person): PastVisit | undefined {
    const { dice } = this
    const last = this.setting.now - 35 * dayMs
    if (person.registeredAt >= last) return undefined
    const provider = dice.pick(this.staff.providers)
    const kind = dice.pick(visits[provider.discipline])
    const daysAgo = dice.int(0, Math.floor((last - person.registeredAt) / dayMs))
    // On the quarter of an hour, in the middle of a day.
    const startAt = Math.floor((last - daysAgo * dayMs) / dayMs) * dayMs + dice.int(36, 60) * 15 * minuteMs
    return { person, provider, kind, startAt, endAt: startAt + kind.minutes * minuteMs }
  }

  #conditions(person: Person): DemoRecord[] {
    const { dice } = this
    const since = (): number => Math.max(this.setting.now - dice.int(60, 9 * 365) * dayMs, this.setting.now - (person.age - 0.5) * 365 * dayMs)
    return conditions
      .filter(({ fromAge, odds }) => person.age >= fromAge && dice.isLucky(odds))
      .flatMap(({ name, medicine, isPassing }) => {
        const onset = since()
        const conditionId = dice.id(onset)
        const doctor = dice.pick(this.staff.providers)
        const isOver = isPassing === true && dice.isLucky(0.8)
        const records = [
          demoRecord(condition, conditionId, {
            patientId: person.id,
            code: { text: this.#text(name) },
            clinicalStatus: isOver ? 'resolved' : 'active',
            verificationStatus: 'confirmed',
            category: 'problem-list-item',
            onset: day(onset),
            ...(isOver && { abatement: day(Math.min(onset + dice.int(7, 50) * dayMs, this.setting.now)) }),
            recordedAt: day(onset),
            practitionerId: doctor.id,
          }),
        ]
        if (medicine)
          records.push(
            demoRecord(medicationRequest, dice.id(onset), {
              patientId: person.id,
              medication: { text: this.#text(medicine.name) },
              status: dice.isLucky(0.88) ? 'active' : 'stopped',
              intent: 'order',
              dosage: {
                text: this.#text(medicine.dosage),
                dose: { value: medicine.dose.value, unit: medicine.dose.unit },
                frequency: medicine.perDay,
                period: 1,
                periodUnit: 'd',
              },
              authoredAt: day(onset + dayMs),
              practitionerId: doctor.id,
              reason: { text: this.#text(name) },
              conditionId,
            }),
          )
        return records
      })
  }

  #allergies(person: Person): DemoRecord[] {
    const { dice } = this
    if (!dice.isLucky(0.32)) return []
    return dice.pickSome(allergies, dice.pick([1, 1, 1, 2])).map(({ name, category, reaction, isGrave }) =>
      demoRecord(allergy, dice.id(person.registeredAt), {
        patientId: person.id,
        code: { text: this.#text(name) },
        clinicalStatus: 'active',
        verificationStatus: dice.isLucky(0.7) ? 'confirmed' : 'unconfirmed',
        type: 'allergy',
        categories: [category],
        criticality: isGrave ? 'high' : 'low',
        reactions: [{ manifestations: [{ text: this.#text(reaction) }], severity: isGrave ? 'severe' : 'mild' }],
        recordedAt: day(person.registeredAt),
      }),
    )
  }

  #immunizations(person: Person): DemoRecord[] {
    const { dice } = this
    if (!dice.isLucky(person.age > 60 ? 0.7 : 0.25)) return []
    const at = this.setting.now - dice.int(40, 700) * dayMs
    return [
      demoRecord(immunization, dice.id(at), {
        patientId: person.id,
        vaccine: { text: this.#text(person.age > 60 ? terms.flu : terms.tetanus) },
        status: 'completed',
        occurrence: day(at),
      }),
    ]
  }

  #measured(
    about: Charted,
    at: number,
    what: { name: Words; code?: string; category?: string },
    found: Pick<ObservationFields, 'value' | 'components'>,
  ): DemoRecord {
    return demoRecord(observation, this.dice.id(at), {
      ...about,
      code: { ...(what.code && { system: loinc, code: what.code }), text: this.#text(what.name) },
      status: 'final',
      category: what.category ?? 'vital-signs',
      effective: instant(at),
      ...found,
    })
  }

  #vitals(about: Charted, { age }: Person, at: number): DemoRecord[] {
    const { dice } = this
    const isChild = age < 16
    const high = (isChild ? 95 : 112) + Math.round(age / 4) + dice.int(-6, 14)
    const part = (name: Words, code: string, value: number) => ({ code: { system: loinc, code, text: this.#text(name) }, value: ucum(value, 'mm[Hg]') })
    const records = [
      this.#measured(
        about,
        at,
        { name: terms.pressure, code: '85354-9' },
        { components: [part(terms.systolic, '8480-6', high), part(terms.diastolic, '8462-4', Math.round(high * 0.62) + dice.int(-4, 4))] },
      ),
      this.#measured(about, at, { name: terms.pulse, code: '8867-4' }, { value: ucum(dice.int(58, 92), '/min') }),
    ]
    const weight = isChild ? 6 + age * 3.1 : 74
    if (dice.isLucky(0.6))
      records.push(
        this.#measured(about, at, { name: terms.weight, code: '29463-7' }, { value: ucum(Math.round((weight + dice.int(-40, 60) / 10) * 10) / 10, 'kg') }),
      )
    if (isChild) records.push(this.#measured(about, at, { name: terms.height, code: '8302-2' }, { value: ucum(Math.round(74 + age * 6.2), 'cm') }))
    if (age > 40 && dice.isLucky(0.35)) {
      const glucose = { name: terms.glucose, code: '1558-6', category: 'laboratory' }
      const long = { name: terms.longGlucose, code: '4548-4', category: 'laboratory' }
      records.push(this.#measured(about, at, glucose, { value: ucum(dice.int(82, 148), 'mg/dL') }))
      records.push(this.#measured(about, at, long, { value: ucum(dice.int(52, 81) / 10, '%') }))
    }
    return records
  }

  #eyes(about: Charted, at: number): DemoRecord[] {
    const { dice } = this
    const side = (name: Words, value: ObservationFields['value']) => ({ code: { text: this.#text(name) }, value })
    const acuity = () => ({ text: dice.pick(['20/20', '20/25', '20/30', '20/40', '20/60']) })
    const pressure = () => ucum(dice.int(11, 22), 'mm[Hg]')
    return [
      this.#measured(about, at, { name: terms.eyePressure, category: 'exam' }, { components: [side(terms.right, pressure()), side(terms.left, pressure())] }),
      this.#measured(about, at, { name: terms.acuity, category: 'exam' }, { components: [side(terms.right, acuity()), side(terms.left, acuity())] }),
    ]
  }

  #bill({ patientId, encounterId, practitionerId }: Charted, { discipline }: Provider, price: number, at: number): DemoRecord[] {
    const { dice } = this
    const { currency } = this.setting.clinic
    const money = (minor: number) => ({ minor: Math.round((minor / 100) * 10 ** minorDigits(currency)), currency })
    const type = { dental: 'oral', medical: 'professional', vision: 'vision' }[discipline]
    const claimId = dice.id(at)
    const common = {
      patientId,
      encounterId,
      practitionerId,
      status: 'active',
      type,
      use: 'claim',
      payer: this.#text(terms.payer),
      total: money(price),
      lineCount: 1,
    }
    const records = [demoRecord(claim, claimId, { ...common, createdAt: instant(at) })]
    const answeredAt = at + dice.int(5, 30) * dayMs
    if (answeredAt < this.setting.now) {
      const paid = money(Math.round((price * dice.pick([50, 70, 80, 100])) / 100))
      records.push(demoRecord(explanationOfBenefit, dice.id(answeredAt), { ...common, claimId, outcome: 'complete', createdAt: instant(answeredAt), paid }))
    }
    return records
  }

  /** One complaint over weeks: bad at first, mostly better in the end. */
  #symptoms(person: Person): DemoRecord[] {
    const { dice } = this
    if (!dice.isLucky(0.3)) return []
    const { concern, signs } = dice.pick(concerns)
    const count = dice.int(3, 7)
    const isWorsening = dice.isLucky(0.2)
    return Array.from({ length: count }, (_, n) => {
      const at = this.setting.now - (count - n) * 6 * dayMs - dice.int(0, 3 * 24) * 60 * minuteMs
      const grade = Math.max(0, Math.min(2, Math.round((isWorsening ? n : count - 1 - n) / (count / 2.6)) + (dice.isLucky(0.2) ? 1 : 0)))
      return demoRecord(symptom, dice.id(at), {
        patientId: person.id,
        concern: this.#text(concern),
        symptoms: dice
          .pickSome(signs, dice.int(0, signs.length))
          .map((sign) => this.#text(sign))
          .join(', '),
        severity: (['mild', 'moderate', 'severe'] as const)[grade] ?? 'mild',
        occurredAt: instant(at),
        autoSaved: false,
      })
    })
  }
}

type ObservationFields = FieldsOf<typeof observation>

interface Charted {
  patientId: string
  encounterId: string
  practitionerId: string
}
