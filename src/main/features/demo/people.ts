import { patient } from '../../../shared/entities/patient.js'
import { foldName } from '../../../shared/names.js'
import { examplePhones } from '../../lib/example-phones.js'
import type { Dice } from './dice.js'
import { names } from './names.js'
import { type DemoRecord, type DemoSetting, day, dayMs, demoRecord } from './record.js'
import { terms } from './words.js'

const personCount = 120
const yearMs = 365.25 * dayMs

/** A made-up patient as far as what happens to them depends on it. */
export interface Person {
  id: string
  record: DemoRecord
  age: number
  /** Milliseconds since 1970. */
  registeredAt: number
}

interface Household {
  family: string
  phone: string | undefined
  address: { line: string; city: string; country: string }
}

/** People of all ages in households that share name, address and telephone; stops after each household, so that the caller can let others work. */
export function* makePeople(setting: DemoSetting, dice: Dice): Generator<void, Person[]> {
  const { clinic } = setting
  const known = names[clinic.language]
  const phones = dice.pickSome(examplePhones(clinic.country), 100)
  const people: Person[] = []
  while (people.length < personCount) {
    const second = clinic.language === 'es' ? ` ${dice.pick(known.family)}` : ''
    const household: Household = {
      family: dice.pick(known.family) + second,
      phone: phones[people.length % Math.max(1, phones.length)],
      address: { line: `${dice.pick(known.streets)} ${dice.int(1, 90)}`, city: known.city, country: clinic.country },
    }
    const size = Math.min(dice.pick([1, 1, 1, 2, 2, 3, 4]), personCount - people.length)
    const elder = dice.int(24, 89)
    for (let n = 0; n < size; n++) {
      const age = n === 0 ? elder : n === 1 ? Math.max(19, elder - dice.int(-4, 6)) : Math.max(1, Math.min(17, elder - dice.int(22, 36)))
      people.push(makePerson(setting, dice, household, age, people.length + 1))
    }
    yield
  }
  return people
}

function makePerson({ now, clinic }: DemoSetting, dice: Dice, { family, phone, address }: Household, age: number, number: number): Person {
  const known = names[clinic.language]
  const sex = dice.isLucky(0.5) ? 'female' : 'male'
  const given = dice.pick(known[sex])
  // Three people came this week, the others over the years.
  const isNew = number > personCount - 3
  const registeredAt = now - (isNew ? dice.int(1, 8) * 60 * 60_000 : dice.int(40, Math.min(8, Math.max(1, age)) * 365) * dayMs)
  const id = dice.id(registeredAt)
  const latin = foldName(`${given}.${family}`).replace(/[^a-z]+/g, '.')
  const email = `${clinic.language === 'ar' ? 'patient' : latin.replace(/^\.|\.$/g, '')}${number}@example.org`
  const alert = dice.isLucky(0.06) ? dice.pick([terms.wheelchair, terms.anxious])[clinic.language] : undefined
  const record = demoRecord(patient, id, {
    recordNumber: `A${String(number).padStart(5, '0')}`,
    familyName: family,
    givenName: given,
    birthDate: day(now - age * yearMs - dice.int(1, 364) * dayMs),
    sex,
    ...(phone && dice.isLucky(0.95) && { phone }),
    ...(age > 15 && dice.isLucky(0.7) && { email }),
    address,
    language: clinic.language,
    ...(dice.isLucky(0.75) && { insuranceNumber: `DEMO-${String(100_000 + number * 37).padStart(6, '0')}` }),
    ...(alert && { alert }),
  })
  return { id, record, age, registeredAt }
}
