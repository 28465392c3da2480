import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  couldBeUnusual,
  countedOf,
  ENOUGH,
  isUnusual,
  type Traffic,
  type Traffics,
} from './unusual.ts'

const of = (sent: number, entered: number, accounts = 3): Traffic => ({ sent, entered, accounts })
const none = of(0, 0)

const cases: [what: string, Traffics, boolean][] = [
  ['nothing was sent', { hour: none, day: none, country: none }, false],
  ['nine in an hour are too few to tell', { hour: of(9, 0), day: of(9, 0), country: none }, false],
  ['ten, and none was entered', { hour: of(10, 0), day: of(10, 0), country: none }, true],
  ['of two accounts', { hour: of(10, 0, 2), day: of(20, 0, 2), country: none }, false],
  ['nineteen in a day are too few', { hour: none, day: of(19, 0), country: none }, false],
  ['twenty in a day', { hour: none, day: of(20, 0), country: none }, true],
  ['45 % in an hour is just usual', { hour: of(20, 11), day: none, country: none }, false],
  ['50 % is not', { hour: of(20, 10), day: none, country: none }, true],
  ['55 % in a day is just usual', { hour: none, day: of(20, 9), country: none }, false],
  ['60 % is not', { hour: none, day: of(20, 8), country: none }, true],
  ['all were entered', { hour: of(50, 50), day: of(999, 999), country: of(999, 999) }, false],
  [
    'where all are entered, 25 % is much',
    { hour: of(20, 15), day: none, country: of(50, 50) },
    true,
  ],
  ['49 say nothing about a country', { hour: of(20, 15), day: none, country: of(49, 49) }, false],
  ['where 40 % is usual, 55 % is too', { hour: of(20, 9), day: none, country: of(100, 60) }, false],
  ['and 65 % is not', { hour: of(20, 7), day: none, country: of(100, 60) }, true],
  ['a month of attacks hides no attack', { hour: of(10, 2), day: none, country: of(900, 0) }, true],
]

for (const [what, traffics, is] of cases)
  test(`${what}: ${is ? 'unusual' : 'as usual'}`, () => expect(isUnusual(traffics)).toBe(is))

test('an account counts three times at most, with the share of its codes that it typed in', () => {
  const three = { sent: 3, entered: 2 }
  expect(countedOf([])).toEqual({ sent: 0, entered: 0, accounts: 0 })
  expect(countedOf([three])).toEqual({ ...three, accounts: 1 })
  expect(countedOf([{ sent: 20, entered: 20 }])).toEqual({ sent: 3, entered: 3, accounts: 0 })
  expect(countedOf([{ sent: 20, entered: 0 }, three])).toEqual({ sent: 6, entered: 2, accounts: 2 })
  expect(countedOf([{ sent: 4, entered: 1 }])).toEqual({ sent: 3, entered: 0.75, accounts: 1 })
})

const share = fc
  .nat(30)
  .chain((more) => fc.record({ sent: fc.constant(more + 1), entered: fc.nat(more + 1) }))

test('two accounts alone make nothing unusual, whatever they do beside those who type theirs in', () => {
  const honest = fc.array(share.map(({ sent }) => ({ sent, entered: sent })))
  fc.assert(
    fc.property(fc.array(share, { maxLength: 2 }), honest, (two, others) => {
      const all = countedOf([...two, ...others])
      expect(isUnusual({ hour: all, day: all, country: none })).toBe(false)
    }),
  )
})

const traffic = fc
  .record({ sent: fc.nat(2000), part: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ sent, part }) => of(sent, Math.floor(sent * part)))
const traffics = fc.record({ hour: traffic, day: traffic, country: traffic })

test('with more of the same codes entered, nothing becomes unusual', () => {
  const more = ({ sent, entered }: Traffic, by: number): Traffic =>
    of(sent, Math.min(sent, entered + by))
  fc.assert(
    fc.property(traffics, fc.nat(50), fc.nat(50), ({ hour, day, country }, inHour, inDay) => {
      const later = { hour: more(hour, inHour), day: more(day, inDay), country }
      expect(isUnusual(later) && !isUnusual({ hour, day, country })).toBe(false)
    }),
  )
})

test('with more codes that are never entered, nothing becomes usual', () => {
  const more = ({ sent, entered }: Traffic, by: number): Traffic => of(sent + by, entered)
  fc.assert(
    fc.property(traffics, fc.nat(50), fc.nat(50), ({ hour, day, country }, inHour, inDay) => {
      const later = { hour: more(hour, inHour), day: more(day, inDay), country }
      expect(isUnusual({ hour, day, country }) && !isUnusual(later)).toBe(false)
    }),
  )
})

test('whatever was usual, ten in an hour or twenty in a day with none entered are not', () => {
  fc.assert(
    fc.property(traffics, fc.integer({ min: 10, max: 99 }), ({ hour, day, country }, sent) => {
      expect(isUnusual({ hour: of(sent, 0), day, country })).toBe(true)
      expect(isUnusual({ hour, day: of(sent + 10, 0), country })).toBe(true)
    }),
  )
})

test('what could not be unusual in any country is not looked at further', () => {
  fc.assert(
    fc.property(traffics, (all) => {
      if (isUnusual(all)) expect(couldBeUnusual(all)).toBe(true)
    }),
  )
  expect(couldBeUnusual({ hour: of(ENOUGH, ENOUGH), day: of(ENOUGH, ENOUGH) })).toBe(false)
})
