import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadConfig } from '../config.ts'
import type { Used } from '../store/limits.ts'
import { oneMore, waitOf, type Limit, type Rule } from './limits.ts'
import {
  alarmMails,
  allWrongPasswords,
  newEmailSends,
  newNumberSends,
  notices,
  passwordRequests,
  reports,
  requests,
  resendWait,
  sends,
  smsSends,
  wrongPasswords,
  wrongSecondSteps,
} from './rules.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const NOW = Date.parse('2026-01-05T09:00:00Z')

const hard: Rule = { name: 'hard', free: 3, window: 5 * MINUTE, from: 'first', waits: null }
const soft: Rule = {
  name: 'soft',
  free: 3,
  window: 5 * MINUTE,
  from: 'last',
  waits: { first: SECOND, most: MINUTE },
}
const used = (count: number, since: number, last: number): Used => ({ count, since, last })

const waits: [what: string, rule: Rule, used: Used | null, at: number, wait: number][] = [
  ['nothing used yet', hard, null, NOW, 0],
  ['one free one left', hard, used(2, NOW, NOW), NOW, 0],
  ['none left', hard, used(3, NOW, NOW), NOW, 5 * MINUTE],
  [
    'none left, from the first one on',
    hard,
    used(3, NOW, NOW + MINUTE),
    NOW + 2 * MINUTE,
    3 * MINUTE,
  ],
  ['a moment before the window ends', hard, used(9, NOW, NOW), NOW + 5 * MINUTE - 1, 1],
  ['the window has ended', hard, used(9, NOW, NOW), NOW + 5 * MINUTE, 0],
  ['the window starts anew with each', soft, used(2, NOW, NOW + 4 * MINUTE), NOW + 8 * MINUTE, 0],
  ['the first wait', soft, used(3, NOW, NOW), NOW, SECOND],
  ['some of it has passed', soft, used(3, NOW, NOW), NOW + 400, 600],
  ['all of it has passed', soft, used(3, NOW, NOW), NOW + SECOND, 0],
  ['it doubles', soft, used(5, NOW, NOW), NOW, 4 * SECOND],
  ['and doubles', soft, used(8, NOW, NOW), NOW, 32 * SECOND],
  ['up to the longest', soft, used(9, NOW, NOW), NOW, MINUTE],
  ['and never longer', soft, used(2000, NOW, NOW), NOW, MINUTE],
  ['a window after the last one all is forgotten', soft, used(99, NOW, NOW), NOW + 5 * MINUTE, 0],
]

for (const [what, rule, about, at, wait] of waits)
  test(`${what}: wait ${wait} ms`, () => expect(waitOf(rule, about, at)).toBe(wait))

test('one more counts on inside the window and begins anew after it', () => {
  expect(oneMore(hard, null, NOW)).toEqual(used(1, NOW, NOW))
  expect(oneMore(hard, used(2, NOW, NOW), NOW + 1)).toEqual(used(3, NOW, NOW + 1))
  const late = NOW + 5 * MINUTE
  expect(oneMore(hard, used(2, NOW, late - 1), late)).toEqual(used(1, late, late))
  expect(oneMore(soft, used(2, NOW, late - 1), late)).toEqual(used(3, NOW, late))
})

/** Somebody who tries again and again, `pause` ms after being let in or as soon as allowed. */
function letIn(rule: Rule, pauses: readonly number[]): number[] {
  let about: Used | null = null
  let at = NOW
  return pauses.map((pause) => {
    at += pause
    at += waitOf(rule, about, at)
    about = oneMore(rule, about, at)
    return at
  })
}

const pauses = fc.array(fc.integer({ min: 0, max: 3 * MINUTE }), { minLength: 4, maxLength: 40 })

test('whoever waits as long as asked is let in, and no wait is longer than promised', () => {
  fc.assert(
    fc.property(fc.constantFrom(hard, soft), pauses, (rule, all) => {
      let about: Used | null = null
      let at = NOW
      for (const pause of all) {
        at += pause
        const wait = waitOf(rule, about, at)
        expect(wait).toBeGreaterThanOrEqual(0)
        expect(wait).toBeLessThanOrEqual(rule.waits?.most ?? rule.window)
        expect(waitOf(rule, about, at + wait)).toBe(0)
        at += wait
        about = oneMore(rule, about, at)
      }
    }),
  )
})

test('a hard limit lets no more in than twice its number in any window', () => {
  fc.assert(
    fc.property(pauses, (all) => {
      const times = letIn(hard, all)
      for (const time of times) {
        const inWindow = times.filter((each) => each >= time && each < time + hard.window)
        expect(inWindow.length).toBeLessThanOrEqual(2 * hard.free)
      }
    }),
  )
})

const loaded = loadConfig({}, null)
const { limits } = 'config' in loaded ? loaded.config : expect.unreachable('no configuration')
const login = 'ana@example.com'
const number = { to: '+351912345678', accountId: 'a' }
const stranger = { address: '2001:db8:1:2:3:4:5:6' }
const said = ({ rule: { free, window, waits: more } }: Limit) => ({ free, window, waits: more })

test('the numbers of the limits are those promised', () => {
  expect(wrongSecondSteps(limits, 'a', stranger).map(said)).toEqual([
    { free: 5, window: 5 * MINUTE, waits: null },
    { free: 10, window: DAY, waits: { first: 30 * SECOND, most: HOUR } },
    { free: 10, window: 5 * MINUTE, waits: null },
    { free: 50, window: HOUR, waits: null },
  ])
  expect(wrongPasswords(limits, stranger, login).map(said)).toEqual([
    { free: 10, window: 5 * MINUTE, waits: { first: SECOND, most: MINUTE } },
    { free: 10, window: 5 * MINUTE, waits: null },
  ])
  expect(wrongPasswords(limits, { device: 'd' }, login).map(said)).toEqual([
    { free: 10, window: 5 * MINUTE, waits: { first: SECOND, most: MINUTE } },
  ])
  expect(passwordRequests(limits, stranger).map(said)).toEqual([
    { free: 30, window: MINUTE, waits: null },
    { free: 300, window: 5 * MINUTE, waits: null },
  ])
  expect(requests(limits, stranger).map(said)).toEqual([
    { free: 300, window: 5 * MINUTE, waits: null },
  ])
  expect(sends(limits, 'ana@example.com', '192.0.2.1').map(said)).toEqual([
    { free: 10, window: HOUR, waits: null },
    { free: 30, window: DAY, waits: null },
    { free: 25, window: 5 * MINUTE, waits: null },
  ])
  expect(newEmailSends(limits, 'ana@example.com', 'a', '192.0.2.1').map(said)).toEqual([
    { free: 10, window: HOUR, waits: null },
    { free: 30, window: DAY, waits: null },
    { free: 10, window: DAY, waits: null },
    { free: 25, window: 5 * MINUTE, waits: null },
  ])
  expect(said(notices('new_device', 'a'))).toEqual({ free: 5, window: DAY, waits: null })
  expect(said(reports('a'))).toEqual({ free: 3, window: DAY, waits: null })
  expect([false, true].map((one) => said(alarmMails('budget_over', one)))).toEqual([
    { free: 10, window: DAY, waits: null },
    { free: 3, window: DAY, waits: null },
  ])
  expect(smsSends(limits, number, '192.0.2.1').map(said)).toEqual([
    { free: 5, window: HOUR, waits: null },
    { free: 10, window: DAY, waits: null },
    { free: 500, window: HOUR, waits: null },
    { free: 20, window: DAY, waits: null },
    { free: 25, window: 5 * MINUTE, waits: null },
  ])
  expect(newNumberSends(limits, number, '192.0.2.1').map(said)).toEqual([
    { free: 3, window: HOUR, waits: null },
    { free: 5, window: DAY, waits: null },
    { free: 50, window: HOUR, waits: null },
    { free: 10, window: DAY, waits: null },
    { free: 25, window: 5 * MINUTE, waits: null },
  ])
  expect(said(allWrongPasswords(limits))).toMatchObject({ free: 1000, window: 5 * MINUTE })
})

test('the limit of the whole server never makes anybody wait', () => {
  const { rule } = allWrongPasswords(limits)
  for (const count of [0, 999, 1000, 1_000_000])
    expect(waitOf(rule, used(count, NOW, NOW), NOW)).toBe(0)
})

test('the waits before sending again are 30, 60, 120 and 300 seconds', () => {
  const all = [1, 2, 3, 4, 5].map((sent) => resendWait(limits, sent) / SECOND)
  expect(all).toEqual([30, 60, 120, 300, 300])
})

test('addresses of one IPv6 subscriber are one subject, and no key holds what was typed', () => {
  const neighbour = { ...stranger, address: '2001:db8:1:2:ffff::1' }
  expect(wrongPasswords(limits, neighbour, login)).toEqual(wrongPasswords(limits, stranger, login))
  expect(JSON.stringify(wrongPasswords(limits, stranger, login))).not.toContain('example')
  const names = [
    ...wrongSecondSteps(limits, 'a', stranger),
    ...wrongPasswords(limits, stranger, login),
    ...passwordRequests(limits, stranger),
    ...sends(limits, 'a', '192.0.2.1'),
    // Nothing of these is counted for the recipient by whom they were sent other codes.
    ...newEmailSends(limits, 'a', 'a', '192.0.2.1').slice(0, 3),
    notices('new_device', 'a'),
    reports('a'),
    alarmMails('budget_over', false),
    alarmMails('budget_over', true),
    ...smsSends(limits, number, '192.0.2.1').slice(0, 4),
    ...newNumberSends(limits, number, '192.0.2.1').slice(0, 4),
    allWrongPasswords(limits),
  ].map(({ rule }) => rule.name)
  expect(new Set(names).size).toBe(names.length)
})
