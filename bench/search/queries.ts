import type { SearchablePatient } from '../../src/main/store/search/terms.js'
import { wordsOf } from '../../src/shared/names.js'
import { mistyped } from './people.js'

/** The text that somebody types who looks for a patient. */
type Query = (patient: SearchablePatient, random: () => number) => string

/** The first word of a name, folded. */
export const word = (text: string): string => wordsOf(text)[0] ?? ''
/** The ways in which patients are looked for, typing errors included. */
export const queryKinds: Record<string, Query> = {
  'family name': (patient) => word(patient.familyName),
  'family and given name': (patient) => `${patient.givenName} ${patient.familyName}`,
  'one letter': (patient) => word(patient.familyName).slice(0, 1),
  'two letters': (patient) => word(patient.familyName).slice(0, 2),
  'three letters': (patient) => word(patient.familyName).slice(0, 3),
  'two begun names': (patient) => `${word(patient.familyName).slice(0, 3)} ${word(patient.givenName).slice(0, 2)}`,
  'family name mistyped': (patient, random) => mistyped(word(patient.familyName), random),
  'both names, one mistyped': (patient, random) => `${word(patient.givenName)} ${mistyped(word(patient.familyName), random)}`,
  'both names mistyped': (patient, random) => `${mistyped(word(patient.givenName), random)} ${mistyped(word(patient.familyName), random)}`,
  'four words, one mistyped': (patient, random) => `${patient.givenName} ${mistyped(word(patient.familyName), random)} ${patient.familyName}`,
  nobody: (_, random) => Array.from({ length: 9 }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join(''),
  'four digits of the phone': (patient) => (patient.phone ?? '+15551234567').slice(-4),
  'whole phone number': (patient) => patient.phone ?? '+15551234567',
  'birth date': (patient) => (patient.birthDate ?? '').split('-').reverse().join('.'),
  'record number': (patient) => patient.recordNumber ?? '',
  'name and birth year': (patient) => `${word(patient.familyName)} ${patient.birthDate?.slice(0, 4)}`,
  'mistyped name and birth year': (patient, random) => `${mistyped(word(patient.familyName), random)} ${patient.birthDate?.slice(0, 4)}`,
  'name and parts of the phone': (patient) => `${word(patient.givenName)} 555 ${(patient.phone ?? '+15551234567').slice(5, 7)}`,
}
