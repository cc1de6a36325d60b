import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editDistance, foldName, parseBirthDates, phoneDigits, wordsOf } from '../../src/shared/names.js'

describe('foldName', () => {
  it.each([
    ['Núñez', 'nunez'],
    ["O'Brien", 'obrien'],
    ['O’Brien', 'obrien'],
    ['Smith-Jones', 'smith jones'],
    ['Łukasz Søren Đorđe', 'lukasz soren dorde'],
    ['Straße Æsa Œdip Þór ılgaz İpek', 'strasse aesa oedip thor ilgaz ipek'],
    ['Ёлкин Йорк', 'елкин иорк'],
    ['أَحْمَد', 'احمد'],
    ['آمنة', 'امنه'],
    ['مصطفى', 'مصطفي'],
    ['محمـــد', 'محمد'],
    ['王小明', '王小明'],
    ['김민준', '김민준'],
    ['ガブリエル', 'ガブリエル'],
    ['١٢٣', '123'],
    ['Nguyễn', 'nguyen'],
  ])('folds %s to %s', (text, folded) => expect(foldName(text)).toBe(folded))

  it('changes nothing when it folds twice', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => foldName(foldName(text)) === foldName(text)))
  })
})

describe('wordsOf', () => {
  it('splits at blanks, hyphens and punctuation and leaves Chinese whole', () => {
    expect(wordsOf('  García-Márquez, Dr. Ana 王小明 ')).toEqual(['garcia', 'marquez', 'dr', 'ana', '王小明'])
  })

  it('gives only letters and digits for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => wordsOf(text).every((word) => /^[\p{L}\p{N}\p{M}]+$/u.test(word))))
  })
})

describe('editDistance', () => {
  it.each([
    ['garcia', 'garcia', 0],
    ['garcia', 'gracia', 1],
    ['garcia', 'garca', 1],
    ['garcia', 'garciia', 1],
    ['garcia', 'garzia', 1],
    ['lee', 'lie', 1],
    ['', 'ab', 2],
    ['garcia', 'lopez', 3],
  ])('between %s and %s is %i when 2 are looked for', (a, b, distance) => expect(editDistance(a, b, 2)).toBe(distance))

  it('is symmetric and equals the unbounded distance up to the bound', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 9 })
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 5 }), (a, b, max) => {
        expect(editDistance(a, b, max)).toBe(editDistance(b, a, max))
        expect(editDistance(a, b, max)).toBe(Math.min(max + 1, editDistance(a, b, 20)))
      }),
    )
  })
})

describe('parseBirthDates', () => {
  it.each([
    ['1980-02-29', ['1980-02-29']],
    ['29.2.1980', ['1980-02-29']],
    ['29/02/1980', ['1980-02-29']],
    ['2/29/1980', ['1980-02-29']],
    ['29 feb 1980', ['1980-02-29']],
    ['February 29th, 1980', ['1980-02-29']],
    ['29 de febrero de 1980', ['1980-02-29']],
    ['29 feb. 80', ['1980-02-29']],
    ['19800229', ['1980-02-29']],
    ['29021980', ['1980-02-29']],
    ['29.2.80', ['1980-02-29']],
    ['٢٩/٢/١٩٨٠', ['1980-02-29']],
    ['29 فبراير 1980', ['1980-02-29']],
    ['3/4/1990', ['1990-04-03', '1990-03-04']],
    ['3.4.1990', ['1990-04-03']],
    ['1.1.20', ['1920-01-01', '2020-01-01']],
    ['31.2.1980', []],
    ['1979-02-29', []],
    ['1.1.2031', []],
    ['garcia', []],
    ['1980', []],
    ['', []],
  ])('reads %s as %j', (text, dates) => expect(parseBirthDates(text, '2026-11-20')).toEqual(dates))

  it('gives only days that exist for any text', () => {
    fc.assert(fc.property(fc.string(), (text) => parseBirthDates(text).every((date) => new Date(`${date}T00:00:00Z`).toISOString().startsWith(date))))
  })
})

describe('phoneDigits', () => {
  it.each([
    ['+34 612 345-678', '34612345678'],
    ['+44 (0)20 7946 0958', '442079460958'],
    ['(555) 123-4567 ext. 12', '5551234567'],
    ['٠١٢٣', '0123'],
    ['none', ''],
  ])('of %s are %s', (text, digits) => expect(phoneDigits(text)).toBe(digits))
})
