import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { kinds } from '../../factors/all.ts'
import { fulfils, provenNumber, sentBy } from '../../sign-in/login-code.ts'
import type { Reached } from '../../sign-in/reach.ts'
import type { LoginCode } from '../../store/tables.ts'
import { countingUsers } from './count-users.ts'
import { isSame, judge, settle, type Plan, type User, type Wish } from './judge-login-code.ts'
import { isJustProven } from './login-code-proven.ts'
import { whyNotSet } from './login-code.ts'
import type { WantedLoginCode, WayOut, WhyStuck } from './user-change.ts'

const HERE = '+351912345678'
const THERE = '+351961234567'
const ABROAD = '+447400123456'

const reached: Reached = { mail: true, number: (to) => to.startsWith('+351') }

type About = Partial<User['account']>

/** `has`: what is set up, those with `!` guessed at too often. */
const userWith = (
  has: readonly string[],
  about: About = {},
  policy: Partial<User['policy']> = {},
  number = HERE,
): User => ({
  account: {
    id: 'a',
    login: 'uma@example.com',
    email: 'uma@example.com',
    name: 'Uma',
    language: 'en',
    phone: null,
    privilege: null,
    mainId: 'm',
    bothSince: null,
    emailProvenAt: null,
    wantedCode: null,
    wantedPhone: null,
    wantedAt: null,
    ...about,
  },
  enrolled: has.map((each, at) => {
    const kind = each.replace('!', '')
    const state = kind === 'sms' ? { to: number } : {}
    return { id: `e${at}`, kind, name: '', state, disabledAt: each.endsWith('!') ? 1 : null }
  }),
  policy: { factors: kinds, protection: 'offered', ...policy },
})

const proven: About = { emailProvenAt: 1 }
const both: About = { bothSince: 1 }
const phone: About = { phone: HERE }
const required = { protection: 'required' } as const

/** Shortly: what comes of it. */
function shortly(user: User, code: LoginCode | null, to: string | null): string {
  const verdict = judge(user, { code, phone: to }, reached)
  if ('barred' in verdict) return verdict.barred
  if ('stuck' in verdict) return verdict.stuck + (verdict.mailToo ? ', or by e-mail' : '')
  const kindsOf = (ids: readonly string[]) =>
    user.enrolled.filter(({ id }) => ids.includes(id)).map(({ kind }) => kind)
  const { gets, plan } = verdict
  return [gets, ...kindsOf(plan.taken).map((kind) => `-${kind}`)].join(' ')
}

test.each<[LoginCode | null, readonly string[], About, string | null, string]>([
  ['email', [], {}, null, 'address_unproven'],
  ['email', [], proven, null, 'next'],
  ['email', ['totp', 'recovery'], {}, null, 'next'],
  ['email', ['totp!', 'recovery'], {}, null, 'address_unproven'],
  ['email', ['email!', 'recovery'], {}, null, 'next'],
  ['email', ['email', 'recovery'], {}, null, 'now'],
  ['email', ['email', 'recovery'], { wantedCode: 'email' }, null, 'same'],
  ['email', ['email', 'sms', 'totp', 'recovery'], both, null, 'now -sms'],
  ['email', ['sms', 'recovery'], { wantedCode: 'email', wantedAt: 5 }, null, 'same'],
  ['email', [], { ...proven, wantedCode: 'email' }, null, 'next'],
  ['sms', [], proven, null, 'no_number, or by e-mail'],
  ['sms', [], {}, null, 'no_number'],
  ['sms', ['email', 'recovery'], {}, null, 'no_number, or by e-mail'],
  ['sms', [], phone, null, 'next'],
  ['sms', [], {}, HERE, 'next'],
  ['sms', [], { phone: ABROAD }, null, 'number_out_of_reach'],
  ['sms', [], phone, ABROAD, 'number_out_of_reach'],
  ['sms', ['sms', 'recovery'], {}, null, 'now'],
  ['sms', ['sms', 'email'], {}, null, 'now -email'],
  ['sms', ['sms', 'email', 'passkey'], {}, null, 'now -email'],
  ['sms', ['sms', 'email'], {}, THERE, 'next'],
  ['sms', ['sms', 'email'], {}, HERE, 'now -email'],
  ['sms', ['sms'], { wantedCode: 'sms', wantedPhone: THERE, wantedAt: 5 }, null, 'same'],
  ['sms', ['sms'], { wantedCode: 'sms', wantedPhone: THERE, wantedAt: 5 }, HERE, 'now'],
  ['sms', ['sms!', 'email'], {}, null, 'next'],
  ['both', ['sms', 'email'], {}, null, 'now'],
  ['both', ['sms', 'email'], { ...both, wantedCode: 'both' }, null, 'same'],
  ['both', ['email'], phone, null, 'next'],
  ['both', ['email'], {}, null, 'no_number, or by e-mail'],
  ['both', [], phone, null, 'address_unproven'],
  ['app', [], {}, null, 'next'],
  ['app', ['email'], {}, null, 'next'],
  ['app', ['email', 'totp', 'recovery'], {}, null, 'now -email'],
  ['app', ['email', 'passkey!'], {}, null, 'next'],
  [null, [], {}, null, 'same'],
  [null, [], { wantedCode: 'sms' }, null, 'off'],
  [null, ['email', 'recovery'], { wantedCode: 'email' }, null, 'off -email -recovery'],
  [null, ['email', 'sms', 'totp', 'recovery'], both, null, 'off -email -sms'],
  [null, ['email', 'totp!', 'recovery'], {}, null, 'off -email -totp -recovery'],
  [null, ['totp', 'recovery'], {}, null, 'same'],
])('%s, having %j and %j, to %s: %s', (code, has, about, to, expected) => {
  expect(shortly(userWith(has, about), code, to)).toBe(expected)
})

describe('what a policy says', () => {
  test.each<[LoginCode | null, readonly string[], Partial<User['policy']>, string]>([
    ['email', ['email'], { factors: ['totp'] }, 'factor_not_allowed'],
    ['both', ['email'], { factors: ['email'] }, 'factor_not_allowed'],
    ['app', ['email'], { factors: ['sms', 'email'] }, 'factor_not_allowed'],
    ['app', ['email'], { factors: ['passkey'] }, 'next'],
    // What does not count any more is not what is wanted.
    ['app', ['totp'], { factors: ['passkey'] }, 'next'],
    [null, ['email'], required, 'policy_requires'],
    [null, ['email', 'totp'], required, 'off -email'],
    [null, [], required, 'same'],
  ])('%s, having %j under %j: %s', (code, has, policy, expected) => {
    expect(shortly(userWith(has, {}, policy), code, null)).toBe(expected)
  })

  test('a number codes go to that no route gets to any more is none to rely on', () => {
    const user = userWith(['sms', 'email'], {}, {}, ABROAD)
    expect(shortly(user, 'sms', null)).toBe('number_out_of_reach, or by e-mail')
  })

  test('where no mail goes out, nobody is given codes by mail', () => {
    const verdict = judge(userWith(['email', 'sms']), { code: 'email', phone: null }, noMail)
    expect(verdict).toEqual({ stuck: 'address_unproven', mailToo: false })
  })
})

const noMail: Reached = { ...reached, mail: false }

type Ways = WantedLoginCode['wayOut']

test.each<[LoginCode, About, Ways, Partial<Plan> | 'leave' | null]>([
  ['sms', {}, {}, null],
  ['sms', {}, { no_number: 'leave' }, 'leave'],
  ['sms', {}, { no_number: 'wait' }, { code: 'sms', isAsked: false, taken: [] }],
  ['sms', proven, { no_number: 'email' }, { code: 'email', isAsked: true }],
  ['sms', {}, { no_number: 'email' }, null],
  ['sms', {}, { no_number: 'email', address_unproven: 'leave' }, 'leave'],
  ['sms', {}, { no_number: 'email', address_unproven: 'wait' }, { code: 'sms', isAsked: false }],
  ['sms', {}, { number_out_of_reach: 'wait' }, null],
  ['email', {}, { address_unproven: 'email' }, null],
  ['email', {}, { address_unproven: 'wait' }, { code: 'email', isAsked: false }],
  ['both', proven, { no_number: 'email' }, { code: 'email', isAsked: true }],
  ['email', proven, {}, { code: 'email', isAsked: true }],
])('%s, with %j: of those who are stuck, %j gives %j', (code, about, ways, expected) => {
  const plan = settle(userWith([], about), { code, phone: null }, ways, reached)
  expect(plan).toEqual(
    typeof expected === 'object' && expected ? expect.objectContaining(expected) : expected,
  )
})

const code = fc.constantFrom<LoginCode>('email', 'sms', 'both', 'app')
const number = fc.constantFrom(HERE, THERE, ABROAD)
const has = fc.uniqueArray(
  fc.constantFrom('email', 'sms', 'totp', 'passkey', 'email!', 'sms!', 'totp!', 'recovery'),
  { selector: (each) => each.replace('!', '') },
)
const someone = fc
  .record({
    has,
    phone: fc.option(number),
    wantedCode: fc.option(code),
    wantedPhone: fc.option(number),
    wantedAt: fc.option(fc.constant(5)),
    bothSince: fc.option(fc.constant(3)),
    emailProvenAt: fc.option(fc.constant(1)),
    factors: fc.subarray([...kinds], { minLength: 1 }),
    protection: fc.constantFrom('off', 'offered', 'required'),
    number,
    name: fc.constantFrom('Uma', 'Ugo'),
  })
  .map(({ has: enrolled, factors, protection, number: to, ...about }) => {
    // A number that was proven is the account's.
    const isSetUp = enrolled.some((each) => each.startsWith('sms'))
    const its = isSetUp ? { ...about, phone: to } : about
    return userWith(enrolled, its, { factors, protection }, to)
  })
const wish = fc.record({ code: fc.option(code), phone: fc.option(number) })
const way = fc.option(fc.constantFrom<WayOut>('wait', 'email', 'leave'), { nil: undefined })
const ways = fc
  .record({ no_number: way, number_out_of_reach: way, address_unproven: way })
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, each]) => each)) as Ways)
const reach = fc.boolean().map((mail) => ({ ...reached, mail }))

const after = (user: User, plan: Plan): User => ({
  ...user,
  enrolled: user.enrolled.filter(({ id }) => !plan.taken.includes(id)),
  account: {
    ...user.account,
    wantedCode: plan.code,
    wantedPhone: plan.phone,
    wantedAt: plan.isAsked ? 9 : null,
    bothSince: plan.isBoth ? 9 : null,
  },
})

const workingOf = ({ enrolled, policy }: User) =>
  enrolled
    .filter(({ disabledAt }) => disabledAt === null)
    .map(({ kind }) => kind)
    .filter((kind) => policy.factors.some((each) => each === kind))

test('nothing is taken away from anybody before all of what is wanted works, and gets there', () => {
  fc.assert(
    fc.property(someone, wish, ways, reach, (user, wanted, said, by) => {
      const plan = settle(user, wanted, said, by)
      if (plan === null || plan === 'leave' || plan.code === null || plan.taken.length === 0) return
      const left = after(user, plan)
      expect(fulfils(plan.code, workingOf(left))).toBe(true)
      const sent = sentBy(plan.code)
      if (sent.includes('sms')) expect(by.number(provenNumber(left.enrolled)!)).toBe(true)
      if (sent.includes('email')) expect(by.mail).toBe(true)
    }),
  )
})

test('off leaves nobody with factors of which none lets in, and no account open that must not be', () => {
  fc.assert(
    fc.property(someone, reach, (user, by) => {
      const verdict = judge(user, { code: null, phone: null }, by)
      if (!('gets' in verdict) || verdict.gets !== 'off') return
      const left = after(user, verdict.plan)
      const isOpen = left.enrolled.length === 0
      expect(isOpen || workingOf(left).length > 0).toBe(true)
      if (user.policy.protection === 'required') expect(isOpen).toBe(false)
    }),
  )
})

test('what was done is not done again', () => {
  fc.assert(
    fc.property(someone, wish, ways, reach, (user, wanted, said, by) => {
      const plan = settle(user, wanted, said, by)
      if (plan === null || plan === 'leave') return
      // With a code by e-mail instead, the number that was said before is forgotten: it is asked about anew.
      if (plan.code !== wanted.code && user.account.wantedPhone !== null) return
      const left = after(user, plan)
      const again = settle(left, wanted, said, by)
      expect(again !== null && again !== 'leave' && isSame(left, again)).toBe(true)
    }),
  )
})

type Someones = readonly (readonly [User, Wish])[]

const previewOf = (all: readonly User[], wanted: Wish, by: Reached) => {
  const found = countingUsers(wanted)
  for (const user of all) found.add(user, judge(user, wanted, by))
  return found.end()
}

const some = fc
  .array(someone, { maxLength: 15 })
  .map((all) => all.map((user, at) => withId(user, `a${at}`)))
const withId = (user: User, id: string): User => ({
  ...user,
  account: { ...user.account, id, login: `${id}@example.com` },
})

test('everybody is in one group of a preview, and in no other', () => {
  fc.assert(
    fc.property(some, wish, reach, (all, wanted, by) => {
      const preview = previewOf(all, wanted, by)
      const { now, next, same, off, barred, stuck } = preview
      const groups = [now, next, same, off, ...Object.values(barred), ...Object.values(stuck)]
      expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(all.length)
      const named = groups.flatMap(({ first }) => first.map(({ id }) => id))
      expect(new Set(named).size).toBe(named.length)
      for (const { count, first } of groups) expect(first.length).toBe(Math.min(count, 10))
    }),
  )
})

test('the name of a preview changes when anything in it does, and only then', () => {
  fc.assert(
    fc.property(some, some, wish, wish, reach, (one, other, wanted, otherwise, by) => {
      for (const [before, now] of [
        [one, other],
        // One of them alone is different.
        [one, [...one.slice(0, -1), ...other.slice(one.length - 1, one.length)]],
      ]) {
        const first = previewOf(before!, wanted, by)
        const second = previewOf(now!, otherwise, by)
        const { who: _, ...a } = first
        const { who: __, ...b } = second
        // Up to ten of a group are named, and there are as many here at most of whom all are seen.
        if (JSON.stringify(a) !== JSON.stringify(b)) expect(first.who).not.toBe(second.who)
        expect(previewOf(before!, wanted, by).who).toBe(first.who)
      }
    }),
  )
})

test('an account with another verdict beyond those that are named changes it too', () => {
  const all = Array.from({ length: 30 }, (_, at) => withId(userWith([], proven), `a${at + 10}`))
  const wanted: Wish = { code: 'email', phone: null }
  const first = previewOf(all, wanted, reached)
  const last = withId(userWith([]), 'a39')
  expect(previewOf([...all.slice(0, -1), last], wanted, reached).who).not.toBe(first.who)
  // What makes no difference to what comes of it is not in the name.
  const other = withId(userWith([], { ...proven, phone: HERE }), 'a39')
  expect(previewOf([...all.slice(0, -1), other], wanted, reached).who).toBe(first.who)
})

describe('why it is not set', () => {
  const stuck = (why: WhyStuck, about: About = {}) =>
    why === 'number_out_of_reach' ? userWith([], { ...about, phone: ABROAD }) : userWith([], about)
  const cases: readonly [string, Someones[number][0][], LoginCode | null, Ways, string | null][] = [
    ['nobody', [], 'email', {}, 'no_such_user'],
    ['fine', [userWith([], proven)], 'email', {}, null],
    ['all barred', [userWith([], {}, { factors: ['totp'] })], 'sms', {}, 'factor_not_allowed'],
    ['one barred', [userWith([], phone), userWith([], {}, { factors: ['totp'] })], 'sms', {}, null],
    ['policy', [userWith(['email'], {}, required)], null, {}, 'policy_requires'],
    ['stuck', [stuck('no_number', proven)], 'sms', {}, 'would_lock_out'],
    [
      'another said',
      [stuck('no_number')],
      'sms',
      { number_out_of_reach: 'wait' },
      'would_lock_out',
    ],
    ['said', [stuck('number_out_of_reach')], 'sms', { number_out_of_reach: 'wait' }, null],
    ['by mail', [stuck('no_number', proven)], 'sms', { no_number: 'email' }, null],
    ['no mail', [stuck('no_number')], 'sms', { no_number: 'email' }, 'would_lock_out'],
    [
      'no mail, said',
      [stuck('no_number')],
      'sms',
      { no_number: 'email', address_unproven: 'leave' },
      null,
    ],
    [
      'mail for mail',
      [stuck('address_unproven')],
      'email',
      { address_unproven: 'email' },
      'would_lock_out',
    ],
  ]
  test.each(cases)('%s', (_, all, wanted, wayOut, refused) => {
    const preview = previewOf(all, { code: wanted, phone: null }, reached)
    const given = { seen: preview.who, wayOut }
    expect(whyNotSet(preview, given, true)?.refused ?? null).toBe(refused)
    // Where it can be set, everybody's case is settled.
    if (refused === null)
      for (const user of all)
        expect(settle(user, { code: wanted, phone: null }, wayOut, reached)).not.toBe(null)
  })

  test('another preview, or none for many, is not the one that was seen', () => {
    const preview = previewOf([userWith([], proven)], { code: 'email', phone: null }, reached)
    const changed = { refused: 'changed_meanwhile' }
    expect(whyNotSet(preview, { seen: null, wayOut: {} }, true)).toEqual(changed)
    expect(whyNotSet(preview, { seen: 'x', wayOut: {} }, true)).toEqual(changed)
    expect(whyNotSet(preview, { seen: 'x', wayOut: {} }, false)).toEqual(changed)
    expect(whyNotSet(preview, { seen: null, wayOut: {} }, false)).toBe(null)
  })
})

test.each<[string, readonly string[], About, boolean]>([
  ['email', ['email'], { wantedCode: 'email', wantedAt: 5 }, true],
  ['email', ['email'], { wantedCode: 'email' }, true],
  ['email', ['email'], {}, false],
  ['totp', ['email', 'totp'], { wantedCode: 'email' }, false],
  ['totp', ['email', 'totp'], { wantedCode: 'app', wantedAt: 5 }, true],
  ['passkey', ['totp', 'passkey'], { wantedCode: 'app' }, false],
  ['email', ['email'], { wantedCode: 'both', wantedAt: 5 }, false],
  ['sms', ['email', 'sms'], { wantedCode: 'both', wantedAt: 5 }, true],
  ['sms', ['sms'], { wantedCode: 'sms', wantedAt: 5, wantedPhone: HERE }, true],
  ['sms', ['sms'], { wantedCode: 'sms', wantedAt: 5, wantedPhone: THERE }, false],
  ['sms', ['sms!'], { wantedCode: 'sms', wantedAt: 5 }, false],
])('%s of %j, with %j wanted, is the last of it: %s', (kind, enrolled, about, expected) => {
  expect(isJustProven(userWith(enrolled, about), kind as never)).toBe(expected)
})
