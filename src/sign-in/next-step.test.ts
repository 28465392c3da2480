import fc from 'fast-check'
import { expect, test } from 'vitest'
import { factors } from '../factors/all.ts'
import type { FactorKind, Proof } from '../factors/factor.ts'
import type { Purpose } from '../store/attempts.ts'
import { isFresh, nextStep, provesDraft, waysOf, type Facts } from './next-step.ts'
import type { Due } from './policy.ts'

const NOW = 1_000_000
const password: Proof = { by: 'password', shows: ['knows'], at: NOW }
const device: Proof = { by: 'device', shows: ['has'], at: NOW }
const email: Proof = { by: 'email', shows: ['has'], at: NOW }
const recovery: Proof = { by: 'recovery', shows: ['has'], at: NOW }
const sms: Proof = { by: 'sms', shows: ['has'], at: NOW }
const app: Proof = { by: 'totp', shows: ['has'], at: NOW }
const key: Proof = { by: 'passkey', shows: ['has'], at: NOW }
/** A passkey whose authenticator has looked at a finger, a face or a PIN. */
const verified: Proof = { by: 'passkey', shows: ['has', 'is'], at: NOW }

const every: readonly FactorKind[] = ['passkey', 'totp', 'sms', 'email', 'recovery']
/** Recovery codes are the way back: neither guessing nor a rule of the house switches them off. */
const switchable = every.filter(
  (kind): kind is Exclude<FactorKind, 'recovery'> => kind !== 'recovery',
)
const purposes: readonly Purpose[] = [
  'sign-in',
  'protect',
  'add-factor',
  'unprotect',
  'recovery-codes',
  'step-up',
  'new-email',
  'bind-anew',
]

const facts = (
  attempt: Partial<Facts['attempt']> = {},
  enrolled: Facts['enrolled'] = every,
): Facts => ({
  attempt: {
    purpose: 'sign-in',
    proofs: [],
    triesLeft: 5,
    expiresAt: NOW + 1,
    endedAt: null,
    draft: null,
    ...attempt,
  },
  enrolled,
  allowed: enrolled,
  usable: enrolled,
  isFromMail: false,
  isBoth: false,
  isKnown: false,
  isPasswordDue: false,
  remembers: true,
  due: null,
  now: NOW,
})

const signIns: [proofs: Proof[], enrolled: Facts['enrolled'], step: string][] = [
  [[], [], 'first'],
  [[], ['email'], 'first'],
  [[password], [], 'passed'],
  [[password], ['email'], 'second'],
  [[password], ['recovery'], 'second'],
  [[password, email], ['email', 'recovery'], 'passed'],
  [[password, recovery], ['email', 'recovery'], 'passed'],
  [[password, device], ['email', 'recovery'], 'passed'],
  [[password, password], ['email'], 'second'],
  [[email], ['email'], 'first'],
  [[device], ['email'], 'first'],
  [[email, recovery], ['email', 'recovery'], 'first'],
  [[email, device], ['email', 'recovery'], 'first'],
  [[verified], ['passkey', 'recovery'], 'passed'],
  [[verified], every, 'passed'],
  [[verified, password], ['passkey'], 'passed'],
  [[key], ['passkey'], 'first'],
  [[key, password], ['passkey'], 'passed'],
  [[key, recovery], ['passkey', 'recovery'], 'first'],
  [[key, device], ['passkey'], 'first'],
  [[key, app, email], every, 'first'],
  [[app], ['totp'], 'first'],
  [[app, password], ['totp', 'recovery'], 'passed'],
  [[app, device], ['totp', 'recovery'], 'first'],
  [[password], ['totp'], 'second'],
  [[password], ['passkey'], 'second'],
  [[password, email], every, 'passed'],
  [[password], ['sms'], 'second'],
  [[sms], ['sms', 'recovery'], 'first'],
  [[password, sms], ['sms', 'recovery'], 'passed'],
  [[password, sms], ['email', 'recovery'], 'second'],
  [[password, email], ['sms', 'recovery'], 'second'],
  [[email, sms], ['email', 'sms', 'recovery'], 'first'],
  [[sms, recovery], ['sms', 'recovery'], 'first'],
  [[password, app], ['email', 'recovery'], 'second'],
  [[password, key], ['email', 'recovery'], 'second'],
  [[password, verified], ['totp', 'recovery'], 'second'],
  [[verified], ['totp', 'recovery'], 'first'],
  [[verified], [], 'first'],
  [[email], [], 'first'],
]

const inWords = (proofs: readonly Proof[]): string =>
  proofs.map(({ by, shows }) => `${by} (${shows.join(', ')})`).join(' and ') || 'nothing'
const listed = (kinds: readonly FactorKind[]): string => kinds.join(' and ') || 'nothing'

for (const [proofs, enrolled, step] of signIns) {
  test(`${inWords(proofs)}, with ${listed(enrolled)} set up: ${step}`, () => {
    expect(nextStep(facts({ proofs }, enrolled)).kind).toBe(step)
  })
}

const changes: [proofs: Proof[], step: string][] = [
  [[], 'second'],
  [[password], 'second'],
  [[device], 'second'],
  [[password, device], 'second'],
  [[email], 'passed'],
  [[recovery], 'passed'],
  [[device, email], 'passed'],
]

for (const purpose of ['protect', 'unprotect', 'recovery-codes', 'step-up'] as const)
  for (const [proofs, step] of changes)
    test(`to ${purpose}, ${inWords(proofs)} shown: ${step}`, () => {
      expect(nextStep(facts({ purpose, proofs }, ['email', 'recovery'])).kind).toBe(step)
    })

// What is being set up is shown, whatever is set up already, and whatever was shown on the way in.
for (const purpose of ['protect', 'add-factor', 'new-email', 'bind-anew'] as const)
  test(`to ${purpose}, what is being set up must be shown, and nothing else`, () => {
    for (const enrolled of [[], ['email', 'recovery'], every] as const)
      for (const proofs of [[], [password], [device], [password, device]])
        expect(nextStep(facts({ purpose, proofs }, enrolled)).kind).toBe('second')
    for (const proof of [email, sms, app, key, verified])
      expect(nextStep(facts({ purpose, proofs: [proof] }, [])).kind).toBe('passed')
  })

const endings: [about: Partial<Facts['attempt']>, why: string][] = [
  [{ endedAt: NOW - 1 }, 'used'],
  [{ endedAt: 0 }, 'used'],
  [{ expiresAt: NOW }, 'expired'],
  [{ triesLeft: 0 }, 'too_many'],
  [{ triesLeft: -1 }, 'too_many'],
  [{ endedAt: NOW, expiresAt: 0, triesLeft: 0 }, 'used'],
  [{ expiresAt: NOW - 1, triesLeft: 0 }, 'expired'],
]

for (const [about, why] of endings)
  test(`an attempt with ${JSON.stringify(about)} is over, whatever was shown: ${why}`, () => {
    for (const purpose of purposes)
      for (const proofs of [[], [password], [password, email], [verified]])
        expect(nextStep(facts({ ...about, purpose, proofs }))).toEqual({ kind: 'ended', why })
  })

const anyKinds = fc.subarray([...every])
const anyPurpose = fc.constantFrom(...purposes)
const proofsBy: Readonly<Record<Proof['by'], readonly Proof[]>> = {
  password: [password],
  pass: [],
  device: [device],
  email: [email],
  sms: [sms],
  recovery: [recovery],
  totp: [app],
  passkey: [key, verified],
}

/** What can be shown where these are set up: a factor that is not has never said a word. */
const proofsWith = (enrolled: Facts['enrolled']): fc.Arbitrary<Proof[]> =>
  fc.array(
    fc.constantFrom(
      ...(['password', 'device', ...enrolled] as const).flatMap((by) => proofsBy[by]),
    ),
    { maxLength: 5 },
  )

type Case = {
  readonly enrolled: Facts['enrolled']
  readonly forbidden: Facts['enrolled']
  readonly off: Facts['enrolled']
  readonly isFromMail: boolean
  readonly isKnown: boolean
  readonly purpose: Purpose
  readonly proofs: readonly Proof[]
}

/** Something set up, some of it not allowed here or switched off, and things shown of it. */
const anyCase: fc.Arbitrary<Case> = anyKinds.chain((enrolled) =>
  fc.record({
    enrolled: fc.constant(enrolled),
    forbidden: fc.subarray(switchable),
    off: fc.subarray(switchable.filter((kind) => enrolled.includes(kind))),
    isFromMail: fc.boolean(),
    isKnown: fc.boolean(),
    purpose: anyPurpose,
    proofs: proofsWith(enrolled),
  }),
)

function factsOf({ forbidden, off, purpose, proofs, ...about }: Case): Facts {
  const allowed = about.enrolled.filter((kind) => !forbidden.includes(kind))
  const usable = allowed.filter((kind) => !off.includes(kind))
  return { ...facts({ purpose, proofs }, about.enrolled), ...about, allowed, usable }
}
const stepOf = (about: Case): string => nextStep(factsOf(about)).kind
const isIn = (about: Case): boolean => ['passed', 'new-password'].includes(stepOf(about))

test('the order in which things were shown makes no difference', () => {
  fc.assert(
    fc.property(anyCase, (about) => {
      expect(stepOf({ ...about, proofs: about.proofs.toReversed() })).toBe(stepOf(about))
    }),
  )
})

test('showing one more thing never takes away what was passed', () => {
  const oneMore = anyCase.chain((about) => fc.tuple(fc.constant(about), proofsWith(about.enrolled)))
  fc.assert(
    fc.property(oneMore, ([about, more]) => {
      fc.pre(isIn(about))
      expect(stepOf({ ...about, proofs: [...about.proofs, ...more] })).toBe(stepOf(about))
    }),
  )
})

test('setting up one more factor never makes it easier', () => {
  fc.assert(
    fc.property(anyCase, anyKinds, (about, more) => {
      fc.pre(!isIn(about))
      const enrolled = every.filter((kind) => about.enrolled.includes(kind) || more.includes(kind))
      expect(isIn({ ...about, enrolled })).toBe(false)
    }),
  )
})

test('nobody protected signs in with one quality, and everybody with two of what is set up', () => {
  const withSomething = anyCase.filter(({ enrolled }) => enrolled.length > 0)
  fc.assert(
    fc.property(withSomething, (about) => {
      const best = { ...about, purpose: 'sign-in', forbidden: [], off: [] } as const
      const qualities = new Set(about.proofs.flatMap(({ shows }) => shows))
      const isPassed = stepOf({ ...best, isFromMail: false, isKnown: false }) === 'passed'
      expect(isPassed).toBe(qualities.size >= 2)
    }),
  )
})

test('what is not set up shows nothing', () => {
  fc.assert(
    fc.property(anyCase, proofsWith(every), (about, more) => {
      fc.pre(!provesDraft.includes(about.purpose))
      const others = more.filter(
        ({ by }) =>
          by !== 'password' && by !== 'device' && by !== 'pass' && !about.enrolled.includes(by),
      )
      expect(stepOf({ ...about, proofs: [...about.proofs, ...others] })).toBe(stepOf(about))
    }),
  )
})

type About = Partial<Pick<Facts, 'enrolled' | 'usable' | 'isFromMail' | 'isKnown'>>
const mailAndCodes: Facts['enrolled'] = ['email', 'recovery']
const worth: [what: string, about: About, proofs: Proof[], step: string][] = [
  ['reset by mail', { isFromMail: true }, [password, email], 'second'],
  ['reset by mail', { isFromMail: true }, [password, recovery], 'passed'],
  ['reset by mail', { isFromMail: true }, [password, device], 'passed'],
  ['reset by mail', { isFromMail: true }, [password, email, recovery], 'passed'],
  ['reset by mail, unprotected', { isFromMail: true, enrolled: [] }, [password], 'passed'],
  ['known', { isKnown: true }, [password], 'second'],
  ['known', { isKnown: true }, [password, device], 'second'],
  ['known', { isKnown: true }, [password, email], 'new-password'],
  ['known', { isKnown: true }, [password, recovery], 'new-password'],
  ['known', { isKnown: true }, [password, device, email], 'new-password'],
  ['known', { isKnown: true }, [email, recovery], 'first'],
  ['reset by mail', { isFromMail: true, enrolled: every }, [password, sms], 'passed'],
  ['known', { isKnown: true, enrolled: every }, [password, sms], 'new-password'],
  ['known, unprotected', { isKnown: true, enrolled: [] }, [password], 'new-password'],
  ['reset by mail', { isFromMail: true, enrolled: every }, [password, app], 'passed'],
  ['reset by mail', { isFromMail: true, enrolled: every }, [verified], 'passed'],
  ['reset by mail', { isFromMail: true, enrolled: every }, [password, email], 'second'],
  ['known', { isKnown: true, enrolled: every }, [verified], 'new-password'],
  ['known', { isKnown: true, enrolled: every }, [key, device], 'first'],
  ['known', { isKnown: true, enrolled: every }, [password, key], 'new-password'],
  ['known and reset', { isKnown: true, isFromMail: true }, [password, email], 'second'],
  ['known and reset', { isKnown: true, isFromMail: true }, [password, recovery], 'new-password'],
  ['mail off', { usable: ['recovery'] }, [password, email], 'second'],
  ['mail off', { usable: ['recovery'] }, [password, recovery], 'passed'],
  ['mail off', { usable: ['recovery'] }, [password, device], 'passed'],
  ['mail off, no codes', { enrolled: ['email'], usable: [] }, [password, email], 'second'],
  ['mail off, no codes', { enrolled: ['email'], usable: [] }, [password], 'second'],
]

for (const [what, about, proofs, step] of worth) {
  test(`a password that is ${what}, ${inWords(proofs)} shown: ${step}`, () => {
    const enrolled = about.enrolled ?? mailAndCodes
    const usable = about.usable ?? enrolled
    expect(nextStep({ ...facts({ proofs }, enrolled), ...about, usable }).kind).toBe(step)
  })
}

for (const purpose of ['unprotect', 'recovery-codes', 'step-up'] as const)
  test(`to ${purpose}, a factor that must be proven anew does not count`, () => {
    const both = facts({ purpose, proofs: [email] }, mailAndCodes)
    const off = { ...both, usable: ['recovery'] as const }
    expect(nextStep(off).kind).toBe('second')
    const by = { ...off, attempt: { ...off.attempt, proofs: [recovery] } }
    expect(nextStep(by).kind).toBe('passed')
  })

test('to prove it anew, it does', () => {
  const off = facts({ purpose: 'bind-anew', proofs: [email] })
  expect(nextStep({ ...off, usable: ['recovery'] }).kind).toBe('passed')
})

test('what others know, what came by mail and what was guessed at never makes it easier', () => {
  fc.assert(
    fc.property(anyCase, (about) => {
      fc.pre(stepOf(about) === 'passed')
      const best = { ...about, isFromMail: false, isKnown: false, off: [] }
      expect(stepOf(best)).toBe('passed')
    }),
  )
})

test('nobody signs in by a password that others know', () => {
  fc.assert(
    fc.property(anyCase, (some) => {
      const about = { ...some, purpose: 'sign-in' } as const
      const step = stepOf({ ...about, isKnown: true })
      expect(step).not.toBe('passed')
      if (step === 'new-password') expect(stepOf({ ...about, isKnown: false })).toBe('passed')
    }),
  )
})

const withoutMail = (proofs: readonly Proof[]) => proofs.filter(({ by }) => by !== 'email')

test('two things from one mailbox are one', () => {
  fc.assert(
    fc.property(anyCase, (some) => {
      const about = { ...some, purpose: 'sign-in', isFromMail: true } as const
      expect(stepOf({ ...about, proofs: withoutMail(about.proofs) })).toBe(stepOf(about))
    }),
  )
})

test('a factor that is switched off or not allowed here counts for nothing, and protects still', () => {
  fc.assert(
    fc.property(anyCase, (about) => {
      fc.pre(about.enrolled.length > 0 && !provesDraft.includes(about.purpose))
      const { usable } = factsOf(about)
      const isCounting = ({ by }: Proof) =>
        by === 'password' || by === 'device' || by === 'pass' || usable.includes(by)
      expect(stepOf({ ...about, proofs: about.proofs.filter(isCounting) })).toBe(stepOf(about))
      expect(stepOf({ ...about, proofs: [password] })).toBe('second')
      if (about.purpose !== 'sign-in')
        expect(stepOf({ ...about, proofs: [password, device] })).toBe('second')
    }),
  )
})

test('each way that is offered is enough, and none that is not', () => {
  fc.assert(
    fc.property(anyCase, fc.constantFrom(...every), (some, kind) => {
      const about = { ...some, isFromMail: some.isFromMail && some.purpose === 'sign-in' }
      fc.pre(about.enrolled.includes(kind) && !provesDraft.includes(about.purpose))
      const ways = waysOf(about.purpose, factsOf(about))
      for (const shown of proofsBy[kind].filter(({ shows }) => !shows.includes('is')))
        expect(isIn({ ...about, proofs: [password, shown] })).toBe(ways.includes(kind))
    }),
  )
})

const FRESH = 1000
const freshness: [
  shown: Proof[],
  enrolled: Facts['enrolled'],
  usable: Facts['enrolled'],
  age: number,
  is: boolean,
][] = [
  [[password], [], [], 0, true],
  [[password], [], [], FRESH, false],
  [[password], ['email', 'recovery'], ['email', 'recovery'], 0, false],
  [[password], ['email'], [], 0, false],
  [[device], ['email', 'recovery'], ['email', 'recovery'], 0, false],
  [[device], [], [], 0, false],
  [[email], ['email', 'recovery'], ['email', 'recovery'], FRESH - 1, true],
  [[email], ['email', 'recovery'], ['email', 'recovery'], FRESH, false],
  [[email], ['email', 'recovery'], ['email', 'recovery'], -1, false],
  [[email], ['email', 'recovery'], ['recovery'], 0, false],
  [[recovery], ['email', 'recovery'], ['email', 'recovery'], 0, true],
  [[recovery], ['email', 'recovery'], ['recovery'], 0, true],
  [[], [], [], 0, false],
  [[app], ['totp', 'recovery'], ['totp', 'recovery'], FRESH - 1, true],
  [[app], ['totp', 'recovery'], ['totp', 'recovery'], FRESH, false],
  [[key], ['passkey', 'recovery'], ['passkey', 'recovery'], FRESH - 1, true],
  [[verified], ['passkey', 'recovery'], ['passkey', 'recovery'], FRESH, false],
  [[app], [], [], 0, false],
  [[recovery], [], [], 0, false],
]

for (const [shown, enrolled, usable, age, is] of freshness)
  test(`${inWords(shown)} shown ${age} ms ago, with ${listed(usable)} of ${listed(enrolled)} usable: ${
    is ? '' : 'not '
  }fresh`, () => {
    expect(isFresh(shown, { enrolled, allowed: enrolled, usable }, FRESH, NOW + age)).toBe(is)
  })

/** What is set up, what of it is not allowed here, what is switched off, and what is enough then. */
const stepUps: [
  enrolled: Facts['enrolled'],
  forbidden: Facts['enrolled'],
  off: Facts['enrolled'],
  ways: FactorKind[],
][] = [
  [['email', 'recovery'], [], [], ['email', 'recovery']],
  [['totp', 'recovery'], [], [], ['totp', 'recovery']],
  [['passkey', 'recovery'], [], [], ['passkey', 'recovery']],
  [['email', 'totp', 'recovery'], [], [], ['totp', 'recovery']],
  [['email', 'passkey', 'recovery'], [], [], ['passkey', 'recovery']],
  [every, [], [], ['passkey', 'totp', 'recovery']],
  // A strong one that was guessed at makes a weak one no stronger.
  [['email', 'totp', 'recovery'], [], ['totp'], ['recovery']],
  [every, [], ['totp'], ['passkey', 'recovery']],
  [['email', 'recovery'], [], ['email'], ['recovery']],
  [['sms', 'recovery'], [], [], ['sms', 'recovery']],
  [['sms', 'recovery'], [], ['sms'], ['recovery']],
  [['email', 'sms', 'recovery'], [], [], ['sms', 'email', 'recovery']],
  [['email', 'sms', 'recovery'], ['email'], [], ['sms', 'recovery']],
  [['sms', 'totp', 'recovery'], [], [], ['totp', 'recovery']],
  // One that is not allowed here will never be shown again.
  [['email', 'totp', 'recovery'], ['totp'], [], ['email', 'recovery']],
  [['email', 'totp', 'recovery'], ['totp'], ['totp'], ['email', 'recovery']],
  [every, ['passkey'], [], ['totp', 'recovery']],
  [every, ['passkey'], ['totp'], ['recovery']],
  [every, ['passkey', 'totp'], [], ['sms', 'email', 'recovery']],
  [every, ['passkey', 'totp', 'sms'], [], ['email', 'recovery']],
  [every, ['email'], [], ['passkey', 'totp', 'recovery']],
  [['totp', 'recovery'], ['totp'], [], ['recovery']],
  [['totp'], ['totp'], [], []],
  [['email'], [], ['email'], []],
]

for (const [enrolled, forbidden, off, ways] of stepUps)
  test(`before a change, with ${listed(enrolled)} set up, ${listed(forbidden)} not allowed and ${listed(
    off,
  )} switched off: ${listed(ways)}`, () => {
    const allowed = enrolled.filter((kind) => !forbidden.includes(kind))
    const usable = allowed.filter((kind) => !off.includes(kind))
    const setUp = { enrolled, allowed, usable }
    for (const [by, proofs] of Object.entries(proofsBy))
      for (const proof of proofs)
        expect([by, isFresh([proof], setUp, FRESH, NOW)]).toEqual([
          by,
          (ways as string[]).includes(by),
        ])
    for (const purpose of ['step-up', 'unprotect', 'recovery-codes'] as const)
      expect(waysOf(purpose, { allowed, usable, isFromMail: false, isBoth: false })).toEqual(ways)
  })

/** What is set up, in the order it was; what of it counts; the mailbox was shown; what is offered. */
const signInWays: [
  enrolled: Facts['enrolled'],
  usable: Facts['enrolled'],
  isFromMail: boolean,
  ways: FactorKind[],
][] = [
  [[], [], false, []],
  [['recovery'], ['recovery'], false, ['recovery']],
  [['email', 'recovery'], ['email', 'recovery'], false, ['email', 'recovery']],
  [['email', 'recovery'], ['email', 'recovery'], true, ['recovery']],
  [['email'], ['email'], true, []],
  [
    ['recovery', 'email', 'sms', 'totp', 'passkey'],
    ['recovery', 'email', 'sms', 'totp', 'passkey'],
    false,
    ['passkey', 'totp', 'sms', 'email', 'recovery'],
  ],
  [every, every, true, ['passkey', 'totp', 'sms', 'recovery']],
  [['email', 'sms', 'recovery'], ['email', 'sms', 'recovery'], true, ['sms', 'recovery']],
  [every, ['email', 'recovery'], false, ['email', 'recovery']],
  [every, ['totp', 'recovery'], true, ['totp', 'recovery']],
  [every, ['recovery'], false, ['recovery']],
  [['totp', 'recovery', 'totp', 'totp'], ['totp', 'recovery', 'totp'], false, ['totp', 'recovery']],
]

for (const [enrolled, usable, isFromMail, ways] of signInWays)
  test(`at signing in, with ${listed(usable)} of ${listed(enrolled)} usable${
    isFromMail ? ' and the mailbox shown' : ''
  }: ${listed(ways)}`, () => {
    const setUp = { allowed: enrolled, usable, isFromMail, isBoth: false }
    expect(waysOf('sign-in', setUp)).toEqual(ways)
  })

/** For both at once: what is set up; what of it counts; the mailbox was shown; what is offered. */
const bothWays: [
  purpose: Purpose,
  enrolled: Facts['enrolled'],
  usable: Facts['enrolled'],
  isFromMail: boolean,
  ways: FactorKind[],
][] = [
  [
    'sign-in',
    ['email', 'sms', 'recovery'],
    ['email', 'sms', 'recovery'],
    false,
    ['email', 'recovery'],
  ],
  [
    'step-up',
    ['email', 'sms', 'recovery'],
    ['email', 'sms', 'recovery'],
    false,
    ['email', 'recovery'],
  ],
  ['sign-in', every, every, false, ['passkey', 'totp', 'email', 'recovery']],
  ['step-up', every, every, false, ['passkey', 'totp', 'recovery']],
  // With one of the two that does not count, the other is alone.
  ['sign-in', ['email', 'sms'], ['email', 'sms'], true, ['sms']],
  ['sign-in', ['email', 'sms'], ['sms'], false, ['sms']],
  ['sign-in', ['email', 'sms'], ['email'], false, ['email']],
  ['sign-in', ['sms', 'recovery'], ['sms', 'recovery'], false, ['sms', 'recovery']],
  ['sign-in', ['email', 'sms'], [], false, []],
]

for (const [purpose, enrolled, usable, isFromMail, ways] of bothWays)
  test(`to ${purpose} by both at once, with ${listed(usable)} of ${listed(enrolled)} usable${
    isFromMail ? ' and the mailbox shown' : ''
  }: ${listed(ways)}`, () => {
    expect(waysOf(purpose, { allowed: enrolled, usable, isFromMail, isBoth: true })).toEqual(ways)
  })

test('both at once takes away no way but the text message, and only where the mail is one', () => {
  fc.assert(
    fc.property(anyCase, (about) => {
      const { isFromMail, purpose } = about
      const { allowed, usable } = factsOf(about)
      const one = waysOf(purpose, { allowed, usable, isFromMail, isBoth: false })
      const both = waysOf(purpose, { allowed, usable, isFromMail, isBoth: true })
      expect(both).toEqual(one.filter((way) => way !== 'sms' || !one.includes('email')))
    }),
  )
})

test('whoever has shown a code by text message is fresh, also where both are chosen since', () => {
  const kinds = ['email', 'sms', 'recovery'] as const
  const setUp = { enrolled: kinds, allowed: kinds, usable: kinds, isBoth: true }
  expect(isFresh([sms], setUp, FRESH, NOW)).toBe(true)
})

test('the strongest is offered first, and recovery codes last', () => {
  expect(factors.map(({ kind }) => kind)).toEqual(every)
  expect(factors.filter(({ isStrong }) => isStrong).map(({ kind }) => kind)).toEqual([
    'passkey',
    'totp',
  ])
})

const wish: Due = {
  kinds: ['email', 'sms'],
  until: null,
  why: 'login_code',
  instead: ['email'],
}
const pass: Proof = { by: 'pass', shows: ['has'], at: NOW }
const later = { later: true }
const off = { ...wish, until: NOW + 1 }

const dueSteps: [
  what: string,
  about: Partial<Facts>,
  attempt: Partial<Facts['attempt']>,
  enrolled: Facts['enrolled'],
  step: string,
][] = [
  ['all that there is', { due: wish }, { proofs: [password] }, [], 'set-up'],
  ['nothing', { due: wish }, { proofs: [] }, [], 'first'],
  ['no second step', { due: { ...wish, instead: [] } }, { proofs: [password] }, ['totp'], 'second'],
  [
    'no second step, which it may stand for',
    { due: wish },
    { proofs: [password] },
    ['totp'],
    'set-up',
  ],
  [
    'no second step, and it was put off',
    { due: wish },
    { proofs: [password], draft: later },
    ['totp'],
    'second',
  ],
  [
    'a mailbox that was shown before',
    { due: wish, isFromMail: true },
    { proofs: [password] },
    ['totp'],
    'second',
  ],
  ['both steps', { due: wish }, { proofs: [password, app] }, ['totp'], 'set-up'],
  [
    'both steps, and it was put off in vain',
    { due: wish },
    { proofs: [password, app], draft: later },
    ['totp'],
    'set-up',
  ],
  [
    'both steps, and it was put off in time',
    { due: off },
    { proofs: [password, app], draft: later },
    ['totp'],
    'passed',
  ],
  [
    'both steps, and its time is over',
    { due: { ...off, until: NOW } },
    { proofs: [password, app], draft: later },
    ['totp'],
    'set-up',
  ],
  [
    'both steps, others know the password',
    { due: off, isKnown: true },
    { proofs: [password, app] },
    ['totp'],
    'set-up',
  ],
  ['a pass', {}, { proofs: [password, pass] }, ['totp', 'recovery'], 'set-up'],
  ['a pass without the password', {}, { proofs: [pass] }, ['totp', 'recovery'], 'first'],
  ['a pass, put off', {}, { proofs: [password, pass], draft: later }, ['totp'], 'set-up'],
  ['a pass and what was set up by it', {}, { proofs: [password, pass, app] }, ['totp'], 'passed'],
  [
    'what was set up here, from a mailbox that was shown before',
    { isFromMail: true },
    { proofs: [password, email], draft: { made: ['email'] } },
    ['email', 'recovery'],
    'passed',
  ],
]

for (const [what, about, attempt, enrolled, step] of dueSteps)
  test(`something is to be set up, and ${what} shown: ${step}`, () => {
    expect(nextStep({ ...facts(attempt, enrolled), ...about }).kind).toBe(step)
  })

test('in place of the second step stands only what goes where an administrator said', () => {
  const step = nextStep({ ...facts({ proofs: [password] }, ['totp']), due: wish })
  expect(step).toMatchObject({ due: { kinds: ['email'], until: Infinity, isInstead: true } })
})

test.each<[string, Due | null]>([
  ['nothing', null],
  ['a code by e-mail', { ...off, kinds: ['email'] }],
  ['a code by both', { ...off, kinds: ['email', 'sms'] }],
  ['what a policy requires later', { ...off, kinds: [...switchable], why: 'policy' }],
])('after a pass any kind is due, the strongest first, and now, where %s was wanted', (_, due) => {
  for (const draft of [null, later]) {
    const about = facts({ proofs: [password, pass], draft }, ['totp', 'email', 'recovery'])
    const step = nextStep({ ...about, due })
    const now = { kinds: switchable, until: null, why: 'pass', instead: [] }
    expect(step).toEqual({ kind: 'set-up', due: now })
  }
})

test('nobody is in while something is due that cannot be put off, whatever is shown', () => {
  const anyDue = fc.record({
    kinds: fc.subarray([...switchable], { minLength: 1 }),
    until: fc.constantFrom(null, 0, NOW - 1, NOW),
    why: fc.constantFrom('policy', 'login_code', 'pass'),
    instead: fc.subarray([...switchable]),
  })
  const anyDraft = fc.constantFrom(null, later, { made: ['email'] }, { totp: {}, shown: app })
  const withPass = anyKinds.chain((enrolled) =>
    fc.record({ enrolled: fc.constant(enrolled), proofs: proofsWith(enrolled) }),
  )
  fc.assert(
    fc.property(anyDue, anyDraft, withPass, fc.boolean(), (due, draft, about, gave) => {
      const proofs = gave ? [...about.proofs, pass] : about.proofs
      const step = nextStep({ ...facts({ proofs, draft }, about.enrolled), due })
      expect(['first', 'second', 'set-up']).toContain(step.kind)
    }),
  )
})
