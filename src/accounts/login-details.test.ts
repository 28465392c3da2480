import { expect, test } from 'vitest'
import type { Device } from '../store/devices.ts'
import { loginDetails, PAGE } from './login-details.ts'

const DAY = 24 * 60 * 60 * 1000
const NOW = Date.parse('2026-06-01T09:00:00Z')

const idOf = (n: number): string => String(n).padStart(32, '0')
const device = (n: number, about: Partial<Device> = {}): Device => ({
  id: idOf(n),
  accountId: 'ana',
  seriesHash: '',
  tokenHash: '',
  previousHash: null,
  rotatedAt: 0,
  address: `192.0.2.${n}`,
  userAgent: 'Firefox',
  firstSeenAt: NOW - 100 * DAY,
  lastSeenAt: NOW - n * DAY,
  rememberedAt: null,
  forgottenAt: null,
  name: null,
  removedAt: null,
  lastFactor: null,
  ...about,
})

type Facts = Parameters<typeof loginDetails>[0]
const facts = (devices: readonly Device[], about: Partial<Facts> = {}): Facts => ({
  devices,
  use: [],
  thisDevice: idOf(1),
  days: { rememberDays: 30, rememberIdleDays: 14 },
  now: NOW,
  nameOf: (userAgent) => `${userAgent}, computer`,
  placeOf: (address) => (address === '192.0.2.3' ? 'Köln, Deutschland' : null),
  ...about,
})
const shown = (given: Facts, find = '', page = 1) =>
  loginDetails(given, find, page).shown.map(({ id }) => Number(id))

test('a device is shown with all that is known of it', () => {
  const mine = device(3, { name: 'Work', rememberedAt: NOW - DAY, lastSeenAt: NOW - DAY })
  const use = [{ deviceId: idOf(3), seenAt: NOW - 60_000, isIn: true }]
  expect(loginDetails(facts([mine], { use, thisDevice: idOf(3) }), '', 1)).toEqual({
    all: 1,
    found: 1,
    page: 1,
    pages: 1,
    shown: [
      {
        id: idOf(3),
        name: 'Work',
        ownName: 'Work',
        madeName: 'Firefox, computer',
        userAgent: 'Firefox',
        address: '192.0.2.3',
        place: 'Köln, Deutschland',
        firstSeen: NOW - 100 * DAY,
        lastSeen: NOW - 60_000,
        isIn: true,
        rememberedUntil: NOW + 13 * DAY,
        isThis: true,
      },
    ],
  })
})

test('without a name of its own it is called by the name we make', () => {
  const [only] = loginDetails(facts([device(2)]), '', 1).shown
  expect(only).toMatchObject({
    name: 'Firefox, computer',
    ownName: null,
    isThis: false,
    isIn: false,
  })
})

const remembered: [rememberedDaysAgo: number | null, seenDaysAgo: number, left: number | null][] = [
  [null, 0, null],
  [0, 0, 14],
  [20, 0, 10],
  [20, 5, 9],
  [29, 0, 1],
  [30, 0, null],
  [14, 14, null],
  [13, 13, 1],
]
for (const [since, seen, left] of remembered)
  test(`remembered ${since} days ago and seen ${seen} days ago, ${left} days are left`, () => {
    const about = {
      rememberedAt: since === null ? null : NOW - since * DAY,
      lastSeenAt: NOW - seen * DAY,
    }
    const [only] = loginDetails(facts([device(1, about)]), '', 1).shown
    expect(only?.rememberedUntil).toBe(left === null ? null : NOW + left * DAY)
  })

test('those seen last come first, be it at sign-in or in a session', () => {
  const devices = [device(5), device(4), device(9)]
  expect(shown(facts(devices))).toEqual([4, 5, 9])
  const use = [{ deviceId: idOf(9), seenAt: NOW, isIn: false }]
  expect(shown(facts(devices, { use }))).toEqual([9, 4, 5])
  // A session that was seen before the last sign-in says nothing new.
  const old = [{ deviceId: idOf(9), seenAt: NOW - 50 * DAY, isIn: false }]
  expect(shown(facts(devices, { use: old }))).toEqual([4, 5, 9])
})

test('seen at the same moment, the one made later comes first', () => {
  const devices = [1, 3, 2].map((n) => device(n, { lastSeenAt: NOW }))
  expect(shown(facts(devices))).toEqual([3, 2, 1])
})

const finds: [find: string, found: number[]][] = [
  ['', [1, 2, 3, 4]],
  ['   ', [1, 2, 3, 4]],
  ['WORK', [2]],
  ['  work ', [2]],
  ['firefox', [1, 2, 3]],
  ['computer', [1, 2, 3, 4]],
  ['192.0.2.4', [4]],
  ['192.0.2', [1, 2, 3, 4]],
  ['KÖLN', [3]],
  ['deutschland', [3]],
  ['STRASSE', [4]],
  ['nothing like it', []],
  ['%', []],
  ['_', []],
]
for (const [find, found] of finds)
  test(`looking for "${find}" finds ${found.join() || 'nothing'}`, () => {
    const devices = [
      device(1),
      device(2, { name: 'At Work' }),
      device(3),
      device(4, { userAgent: 'Safari', name: 'Straße' }),
    ]
    expect(shown(facts(devices), find)).toEqual(found)
  })

const counts: [
  devices: number,
  page: number,
  first: number | undefined,
  many: number,
  at: number,
  pages: number,
][] = [
  [0, 1, undefined, 0, 1, 1],
  [PAGE, 1, 1, PAGE, 1, 1],
  [PAGE, 2, 1, PAGE, 1, 1],
  [PAGE + 1, 1, 1, PAGE, 1, 2],
  [PAGE + 1, 2, PAGE + 1, 1, 2, 2],
  [PAGE + 1, 9999, PAGE + 1, 1, 2, 2],
  [PAGE + 1, 0, 1, PAGE, 1, 2],
]
for (const [many, page, first, on, at, pages] of counts)
  test(`page ${page} of ${many} devices has ${on} of them`, () => {
    const devices = Array.from({ length: many }, (_, n) => device(n + 1))
    const details = loginDetails(facts(devices), '', page)
    expect(details).toMatchObject({ all: many, found: many, page: at, pages })
    expect(details.shown).toHaveLength(on)
    expect(details.shown[0]?.id).toBe(first === undefined ? undefined : idOf(first))
  })
