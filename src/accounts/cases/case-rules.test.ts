import { expect, test } from 'vitest'
import { noRules, type PolicyRules } from '../../sign-in/policy.ts'
import type { Case } from '../../store/cases.ts'
import type { Actor } from '../privileges.ts'
import {
  passCounts,
  stateOf,
  waitFor,
  whyNotApproved,
  whyNotDecided,
  type Owner,
} from './case-rules.ts'
import { undecided } from './open-case.ts'

const HOUR = 3_600_000
const NOW = 1_000 * HOUR

const waiting: Case = {
  ...undecided,
  id: 'c',
  accountId: 'uma',
  openedAt: NOW - 80 * HOUR,
  waitsUntil: NOW - 8 * HOUR,
  openUntil: NOW + 100 * HOUR,
  sealed: '',
  knowsPassword: 1,
  deviceId: null,
  isKnownPlace: 0,
  address: '',
  userAgent: '',
}
const uma: Owner = { id: 'uma', mainId: 'main', privilege: null, disabledAt: null }
const manager: Owner = { ...uma, privilege: 'support' }
const sam: Actor = { id: 'sam', mainId: 'main', privilege: 'support' }
const firstDone = { approvedAt: NOW - HOUR, approvedBy: 'sam' }
const whole: Partial<Case> = {
  ...firstDone,
  decidedBy: 'sam',
  passHash: 'k.h',
  passUntil: NOW + HOUR,
}

const set = { passUsedAt: 1, recoveredAt: 2 }

const approvals: [string, Partial<Case>, Partial<Owner>, Partial<Actor>, string | null][] = [
  ['in time, by another', {}, {}, {}, null],
  ['at the very moment the wait is over', { waitsUntil: NOW }, {}, {}, null],
  ['a moment before', { waitsUntil: NOW + 1 }, {}, {}, 'case_early'],
  ['after its time', { openUntil: NOW }, {}, {}, 'case_over'],
  ['cancelled', { cancelledAt: 1 }, {}, {}, 'case_over'],
  ['refused', { refusedAt: 1 }, {}, {}, 'case_over'],
  ['approved already', whole, {}, {}, 'case_over'],
  ['the pass of which ran out', { ...whole, passUntil: NOW }, {}, {}, null],
  ['the pass of which was guessed at', { ...whole, passTries: 5 }, {}, {}, null],
  ['the pass of which lives for one try', { ...whole, passTries: 4 }, {}, {}, 'case_over'],
  ['the pass of which was used, and nothing set up', { ...whole, passUsedAt: 1 }, {}, {}, null],
  ['used already', { ...whole, ...set }, {}, {}, 'case_over'],
  ['used before it ran out', { ...whole, passUntil: NOW, ...set }, {}, {}, 'case_over'],
  ['their own', {}, {}, { id: 'uma' }, 'case_own'],
  ['an operator’s own', {}, {}, { id: 'uma', privilege: 'operator' }, 'case_own'],
  ['without the privilege', {}, {}, { privilege: null }, 'no_such_case'],
  ['of another main account', {}, {}, { mainId: 'other' }, 'no_such_case'],
  ['of one above them', {}, { privilege: 'manage' }, {}, 'no_such_case'],
  ['of a main account', {}, { id: 'uma', mainId: null }, {}, 'no_such_case'],
  ['by an operator from elsewhere', {}, {}, { mainId: 'x', privilege: 'operator' }, null],
  ['of a disabled account', {}, { disabledAt: 1 }, {}, 'case_disabled'],
  ['of one like them, as the first', {}, { privilege: 'support' }, {}, null],
  ['the same person twice', firstDone, { privilege: 'support' }, {}, 'case_twice'],
  [
    'the same person, whose pass ran out',
    { ...whole, passUntil: NOW },
    { privilege: 'support' },
    {},
    null,
  ],
  ['a second person', firstDone, { privilege: 'support' }, { id: 'sue' }, null],
  ['the same, who is the only one needed by now', firstDone, {}, {}, null],
  ['the case of somebody else', { accountId: 'ugo' }, {}, {}, 'no_such_case'],
]

test.each(approvals)('a case is approved by whoever may, and nobody else: %s', (...row) => {
  const [, it, owner, actor, why] = row
  const asked = [{ ...waiting, ...it }, { ...uma, ...owner }, { ...sam, ...actor }, NOW] as const
  expect(whyNotApproved(...asked)).toBe(why)
})

const refusals: [string, Partial<Case>, Partial<Actor>, string | null][] = [
  ['before the wait is over', { waitsUntil: NOW + HOUR }, {}, null],
  ['after it was approved, unused', whole, {}, null],
  ['after it was used, with nothing set up', { ...whole, passUsedAt: 1 }, {}, null],
  ['after something was set up by it', { ...whole, ...set }, {}, 'case_over'],
  ['their own', {}, { id: 'uma' }, 'case_own'],
  ['of another main account', {}, { mainId: 'other' }, 'no_such_case'],
  ['cancelled', { cancelledAt: 1 }, {}, 'case_over'],
]

test.each(refusals)('a case can be refused as long as nobody came in by it: %s', (...row) => {
  const [, it, actor, why] = row
  expect(whyNotDecided({ ...waiting, ...it }, uma, { ...sam, ...actor }, NOW)).toBe(why)
})

const states: [string, Partial<Case>][] = [
  ['waiting', { waitsUntil: NOW + 1 }],
  ['ready', {}],
  ['second', firstDone],
  ['approved', whole],
  ['approved', { ...whole, openUntil: NOW }],
  ['ready', { ...whole, passUntil: NOW }],
  ['ready', { ...whole, passTries: 5 }],
  ['over', { ...whole, openUntil: NOW, passTries: 5 }],
  ['over', { ...whole, openUntil: NOW, passUntil: NOW }],
  ['over', { openUntil: NOW }],
  ['ready', { ...whole, passUsedAt: 1 }],
  ['used', { ...whole, passUsedAt: 1, openUntil: NOW }],
  ['used', { ...whole, ...set }],
  ['used', { ...whole, ...set, cancelledAt: 1 }],
  ['refused', { ...whole, refusedAt: 1 }],
  ['cancelled', { ...whole, cancelledAt: 1 }],
]

test.each(states)('where a case stands: %s', (state, it) => {
  expect(stateOf({ ...waiting, ...it }, NOW)).toBe(state)
})

const known = { isKnownDevice: true, isKnownPlace: true, isFromMail: false }
const waits: [string, Partial<PolicyRules>[], Partial<typeof known>, number][] = [
  ['a known device and place', [], {}, 24],
  ['a known device elsewhere', [], { isKnownPlace: false }, 72],
  ['another device there', [], { isKnownDevice: false }, 72],
  ['who came by the mailbox', [], { isFromMail: true }, 72],
  ['as the installation says', [{ caseKnownHours: 1 }], {}, 1],
  ['the longer of two', [{ caseKnownHours: 1 }, { caseKnownHours: 30 }], {}, 30],
  [
    'the longer of two for others',
    [{ caseHours: 100 }, { caseHours: 5 }],
    { isKnownPlace: false },
    100,
  ],
  ['never shorter for strangers', [{ caseKnownHours: 90 }], { isKnownDevice: false }, 90],
  ['a policy that says nothing of it', [{}], {}, 24],
]

test.each(waits)('a case waits so long: %s', (_name, rules, opener, hours) => {
  const all = rules.map((each) => ({ ...noRules, ...each }))
  expect(waitFor(all, { ...known, ...opener })).toBe(hours * HOUR)
})

test('a pass that one person gave counts no more for an account that got a privilege since', () => {
  expect(passCounts({ ...waiting, ...whole }, uma)).toBe(true)
  expect(passCounts({ ...waiting, ...whole }, manager)).toBe(false)
  expect(passCounts({ ...waiting, ...whole, secondedAt: 1 }, manager)).toBe(true)
  expect(passCounts({ ...waiting, ...whole }, { ...uma, disabledAt: 1 })).toBe(false)
})
