import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Proof } from '../factors/factor.ts'
import type { Purpose } from '../store/attempts.ts'
import { nextStep, type Facts } from './next-step.ts'

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
