import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyFrom, type Keys } from '../../lib/seal.ts'
import type { Chained, Row } from '../../store/chain.ts'
import { aboutHashOf, areOurs, isUnchanged, linkOf, sealed } from './links.ts'

const key = (id: string) => keyFrom(id, Buffer.alloc(32, id))
const keys: Keys = [key('newkey01'), key('oldkey01')]
const old: Keys = [key('oldkey01')]

const some = fc.option(fc.string({ maxLength: 8 }))
const row: fc.Arbitrary<Row> = fc.record({
  id: fc.string({ minLength: 1 }),
  at: fc.nat(),
  kind: fc.string(),
  accountId: some,
  attemptId: some,
  sessionId: some,
  deviceId: some,
  address: fc.string(),
  userAgent: fc.string(),
  requestId: fc.string(),
  detail: fc.json(),
  place: fc.constant(null),
  link: fc.constant(null),
  aboutHash: fc.constant(null),
  erasedAt: fc.constant(null),
})

/** In their places, as the chain makes them. */
function chained(rows: readonly Row[], by: Keys = keys): Chained[] {
  let link = ''
  return rows.map((event, index) => {
    const aboutHash = aboutHashOf(by, event)
    const place = index + 1
    link = linkOf(by, link, { ...event, place, aboutHash })
    return { ...event, place, aboutHash, link }
  })
}

const areUnchanged = (events: readonly Chained[]): boolean =>
  events.every((event, index) => isUnchanged(keys, events[index - 1]?.link ?? '', event))

const several = fc.array(row, { minLength: 2, maxLength: 6 })
const columns = [
  'id',
  'at',
  'kind',
  'accountId',
  'attemptId',
  'sessionId',
  'deviceId',
  'address',
  'userAgent',
  'requestId',
  'detail',
  'place',
  'link',
  'aboutHash',
] as const

test('what nobody has touched is as it was, also under a key that was replaced since', () => {
  fc.assert(
    fc.property(several, (rows) => {
      expect(areUnchanged(chained(rows))).toBe(true)
      expect(areUnchanged(chained(rows, old))).toBe(true)
    }),
  )
})

test('a change of any column of any event is found, and so is one taken out, put in or moved', () => {
  fc.assert(
    fc.property(several, fc.nat(), fc.constantFrom(...columns), row, (rows, n, column, other) => {
      const events = chained(rows)
      const at = n % events.length
      const it = events[at]!
      const value = column === 'at' || column === 'place' ? it[column] + 1 : `${it[column]}x`
      expect(areUnchanged(events.with(at, { ...it, [column]: value }))).toBe(false)
      // Of the last one only the end of the chain tells.
      if (at < events.length - 1) expect(areUnchanged(events.toSpliced(at, 1))).toBe(false)
      const stranger = chained([other], [key('stranger')])[0]!
      expect(areUnchanged(events.toSpliced(at, 0, { ...stranger, place: it.place }))).toBe(false)
      const next = events[(at + 1) % events.length]!
      const swapped = events.with(at, next).with((at + 1) % events.length, it)
      expect(areUnchanged(swapped)).toBe(false)
    }),
  )
})

test('what was blanked is no change, unless something stands in its place; nor can it be guessed from what is left', () => {
  fc.assert(
    fc.property(several, (rows) => {
      const blank = { address: '', userAgent: '', requestId: '', detail: '{}', erasedAt: 1 }
      const events = chained(rows).map((event) => ({ ...event, ...blank }))
      expect(areUnchanged(events)).toBe(true)
      expect(areUnchanged(events.with(0, { ...events[0]!, address: '192.0.2.1' }))).toBe(false)
      const kept = { ...rows[0]!, requestId: '' }
      if (rows[0]!.requestId !== '') expect(aboutHashOf(keys, kept)).not.toBe(events[0]!.aboutHash)
    }),
  )
})

test('the ends of the chain are ours only as we have put them there', () => {
  const ends = { firstPlace: 3, firstLink: 'a', lastPlace: 7, lastLink: 'b' }
  const ours = sealed(keys, ends)
  expect(areOurs(keys, ours)).toBe(true)
  expect(areOurs(keys, sealed(old, ends))).toBe(true)
  for (const changed of [
    { firstPlace: 4 },
    { firstLink: 'c' },
    { lastPlace: 6 },
    { lastLink: 'c' },
    { seal: sealed([key('stranger')], ends).seal },
    { seal: '' },
  ])
    expect(areOurs(keys, { ...ours, ...changed })).toBe(false)
})
