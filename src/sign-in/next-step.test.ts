import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Proof } from '../factors/factor.ts'
import type { Purpose } from '../store/attempts.ts'
import { isFresh, nextStep, type Facts } from './next-step.ts'

const NOW = 1_000_000
const password: Proof = { by: 'password', shows: ['knows'], at: NOW }
const device: Proof = { by: 'device', shows: ['has'], at: NOW }
const email: Proof = { by: 'email', shows: ['has'], at: NOW }
const recovery: Proof = { by: 'recovery', shows: ['has'], at: NOW }
/** What a passkey with user verification will show. */
const both: Proof = { by: 'email', shows: ['has', 'is'], at: NOW }

const facts = (
  attempt: Partial<Facts['attempt']> = {},
  enrolled: Facts['enrolled'] = ['email', 'recovery'],
): Facts => ({
  attempt: {
    purpose: 'sign-in',
    proofs: [],
    triesLeft: 5,
    expiresAt: NOW + 1,
    endedAt: null,
    ...attempt,
  },
  enrolled,
  usable: enrolled,
  isFromMail: false,
  isKnown: false,
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
  [[both], ['email'], 'passed'],
]

for (const [proofs, enrolled, step] of signIns) {
  const shown =
    proofs.map(({ by, shows }) => `${by} (${shows.join(', ')})`).join(' and ') || 'nothing'
  test(`${shown}, with ${enrolled.join(' and ') || 'nothing'} set up: ${step}`, () => {
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
  [[both], 'passed'],
]

for (const purpose of ['protect', 'unprotect', 'recovery-codes'] as const)
  for (const [proofs, step] of changes) {
    const shown = proofs.map(({ by }) => by).join(' and ') || 'nothing'
    test(`to ${purpose}, ${shown} shown: ${step}`, () => {
      expect(nextStep(facts({ purpose, proofs })).kind).toBe(step)
    })
  }

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
    for (const purpose of ['sign-in', 'protect', 'unprotect', 'recovery-codes'] as const)
      for (const proofs of [[], [password], [password, email], [both]])
        expect(nextStep(facts({ ...about, purpose, proofs }))).toEqual({ kind: 'ended', why })
  })

const anyProof = fc.constantFrom(password, device, email, recovery, both)
const anyProofs = fc.array(anyProof, { maxLength: 5 })
const anyPurpose = fc.constantFrom<Purpose>('sign-in', 'protect', 'unprotect', 'recovery-codes')
const anyEnrolled = fc.subarray<Facts['enrolled'][number]>(['email', 'recovery'])

test('the order in which things were shown makes no difference', () => {
  fc.assert(
    fc.property(anyProofs, anyPurpose, anyEnrolled, (proofs, purpose, enrolled) => {
      const turned = facts({ proofs: proofs.toReversed(), purpose }, enrolled)
      expect(nextStep(turned)).toEqual(nextStep(facts({ proofs, purpose }, enrolled)))
    }),
  )
})

test('showing one more thing never takes away what was passed', () => {
  fc.assert(
    fc.property(anyProofs, anyProof, anyPurpose, anyEnrolled, (proofs, one, purpose, enrolled) => {
      fc.pre(nextStep(facts({ proofs, purpose }, enrolled)).kind === 'passed')
      const more = facts({ proofs: [...proofs, one], purpose }, enrolled)
      expect(nextStep(more).kind).toBe('passed')
    }),
  )
})

test('setting up one more factor never makes it easier', () => {
  fc.assert(
    fc.property(anyProofs, anyPurpose, anyEnrolled, (proofs, purpose, enrolled) => {
      fc.pre(nextStep(facts({ proofs, purpose }, enrolled)).kind !== 'passed')
      expect(nextStep(facts({ proofs, purpose })).kind).not.toBe('passed')
    }),
  )
})

test('nobody protected passes with one quality', () => {
  fc.assert(
    fc.property(anyProofs, (proofs) => {
      const qualities = new Set(proofs.flatMap(({ shows }) => shows))
      const isPassed = nextStep(facts({ proofs })).kind === 'passed'
      expect(isPassed).toBe(qualities.size >= 2)
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
  ['known, unprotected', { isKnown: true, enrolled: [] }, [password], 'new-password'],
  ['known and reset', { isKnown: true, isFromMail: true }, [password, email], 'second'],
  ['known and reset', { isKnown: true, isFromMail: true }, [password, recovery], 'new-password'],
  ['mail off', { usable: ['recovery'] }, [password, email], 'second'],
  ['mail off', { usable: ['recovery'] }, [password, recovery], 'passed'],
  ['mail off', { usable: ['recovery'] }, [password, device], 'passed'],
  ['mail off, no codes', { enrolled: ['email'], usable: [] }, [password, email], 'second'],
  ['mail off, no codes', { enrolled: ['email'], usable: [] }, [password], 'second'],
]

for (const [what, about, proofs, step] of worth) {
  const shown = proofs.map(({ by }) => by).join(' and ')
  test(`a password that is ${what}, ${shown} shown: ${step}`, () => {
    const usable = about.usable ?? about.enrolled ?? mailAndCodes
    expect(nextStep({ ...facts({ proofs }), ...about, usable }).kind).toBe(step)
  })
}

for (const purpose of ['unprotect', 'recovery-codes', 'step-up'] as const)
  test(`to ${purpose}, a factor that must be proven anew does not count`, () => {
    const off = { ...facts({ purpose, proofs: [email] }), usable: ['recovery'] as const }
    expect(nextStep(off).kind).toBe('second')
    const by = { ...off, attempt: { ...off.attempt, proofs: [recovery] } }
    expect(nextStep(by).kind).toBe('passed')
  })

test('to prove it anew, it does', () => {
  const off = facts({ purpose: 'bind-anew', proofs: [email] })
  expect(nextStep({ ...off, usable: ['recovery'] }).kind).toBe('passed')
})

const anyFacts = fc.record({
  isFromMail: fc.boolean(),
  isKnown: fc.boolean(),
  enrolled: anyEnrolled,
  off: anyEnrolled,
})
const factsOf = (
  { off, ...about }: { off: Facts['enrolled']; enrolled: Facts['enrolled'] } & About,
  proofs: Proof[],
): Facts => ({
  ...facts({ proofs }, about.enrolled),
  ...about,
  usable: about.enrolled.filter((kind) => !off.includes(kind)),
})

test('what others know, what came by mail and what was guessed at never makes it easier', () => {
  fc.assert(
    fc.property(anyFacts, anyProofs, (about, proofs) => {
      fc.pre(nextStep(factsOf(about, proofs)).kind === 'passed')
      const best = { ...about, isFromMail: false, isKnown: false, off: [] }
      expect(nextStep(factsOf(best, proofs)).kind).toBe('passed')
    }),
  )
})

test('nobody passes by a password that others know', () => {
  fc.assert(
    fc.property(anyFacts, anyProofs, (about, proofs) => {
      const step = nextStep(factsOf({ ...about, isKnown: true }, proofs)).kind
      expect(step).not.toBe('passed')
      if (step === 'new-password')
        expect(nextStep(factsOf({ ...about, isKnown: false }, proofs)).kind).toBe('passed')
    }),
  )
})

test('two things from one mailbox are one', () => {
  fc.assert(
    fc.property(anyFacts, anyProofs, (about, proofs) => {
      const from = { ...about, isFromMail: true }
      const without = proofs.filter(({ by }) => by !== 'email')
      expect(nextStep(factsOf(from, proofs))).toEqual(nextStep(factsOf(from, without)))
    }),
  )
})

test('a factor that must be proven anew counts for nothing, and protects still', () => {
  fc.assert(
    fc.property(anyFacts, anyProofs, (about, proofs) => {
      const off = { ...about, enrolled: mailAndCodes, off: ['email'] as const }
      const without = proofs.filter(({ by }) => by !== 'email')
      expect(nextStep(factsOf(off, proofs))).toEqual(nextStep(factsOf(off, without)))
      expect(nextStep(factsOf(off, [password])).kind).toBe('second')
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
]

for (const [shown, enrolled, usable, age, is] of freshness)
  test(`${shown.map(({ by }) => by).join() || 'nothing'} shown ${age} ms ago, with ${
    usable.join(' and ') || 'nothing'
  } of ${enrolled.join(' and ') || 'nothing'} usable: ${is ? '' : 'not '}fresh`, () => {
    expect(isFresh(shown, { enrolled, usable }, FRESH, NOW + age)).toBe(is)
  })
